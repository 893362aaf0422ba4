// The voice socket: the microphone as 16 kHz signed 16-bit frames of 20 ms up, the bot's voice at the same rate down, `clear`
// when the customer interrupts. The conversation is the chat's.
const VOICE_RATE_HZ = 16000;
const FRAME_SAMPLES = 320;
const PLAY_AHEAD_S = 0.06; // what arrives late by less than this is not heard as a gap

// Runs on the audio thread: averages the device's samples down to 16 kHz.
const CAPTURE = `
class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = ${VOICE_RATE_HZ} / sampleRate;
    this.place = 0;
    this.sum = 0;
    this.count = 0;
    this.frame = new Int16Array(${FRAME_SAMPLES});
    this.filled = 0;
  }
  process(inputs) {
    const channel = inputs[0][0];
    if (!channel) return true;
    for (const sample of channel) {
      this.sum += sample;
      this.count += 1;
      this.place += this.step;
      if (this.place < 1) continue;
      this.place -= 1;
      const mean = Math.max(-1, Math.min(1, this.sum / this.count));
      this.frame[this.filled++] = Math.round(mean * 32767);
      this.sum = this.count = 0;
      if (this.filled === this.frame.length) {
        this.port.postMessage(this.frame.buffer.slice(0));
        this.filled = 0;
      }
    }
    return true;
  }
}
registerProcessor("xiangyin-capture", Capture);`;

class VoiceLine {
  // `on` holds functions: started(), heard(text), reply(frame), over(reason), ended(code).
  constructor(url, key, conversation, on) {
    this.url = url;
    this.protocols = key ? ["xiangyin", "key." + key] : [];
    this.conversation = conversation;
    this.on = on;
    this.playing = new Set();
    this.next = 0;
  }

  // Rejects where there is no microphone or the customer refuses it.
  async start() {
    const wish = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: wish });
    this.context = new AudioContext();
    const source = URL.createObjectURL(new Blob([CAPTURE], { type: "text/javascript" }));
    await this.context.audioWorklet.addModule(source);
    URL.revokeObjectURL(source);
    this.capture = new AudioWorkletNode(this.context, "xiangyin-capture", { numberOfOutputs: 0 });
    this.context.createMediaStreamSource(this.stream).connect(this.capture);
    this.open();
  }

  open() {
    const socket = new WebSocket(this.url, this.protocols);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: "start", rate_hz: VOICE_RATE_HZ, conversation: this.conversation }));
      this.capture.port.onmessage = (event) => socket.readyState === WebSocket.OPEN && socket.send(event.data);
      this.on.started();
    };
    socket.onmessage = (event) => {
      if (event.data instanceof ArrayBuffer) this.play(event.data);
      else this.receive(JSON.parse(event.data));
    };
    socket.onclose = (event) => this.stop(event.code);
    this.socket = socket;
  }

  receive(frame) {
    if (frame.type === "clear") this.clear();
    else if (frame.type === "heard") this.on.heard(frame.text || "");
    else if (frame.type === "reply") this.on.reply(frame);
    else if (frame.type === "ended") this.on.over(frame.reason);
  }

  play(data) {
    const samples = new Int16Array(data, 0, data.byteLength >> 1);
    if (!samples.length) return;
    const buffer = this.context.createBuffer(1, samples.length, VOICE_RATE_HZ);
    const channel = buffer.getChannelData(0);
    for (let index = 0; index < samples.length; index += 1) channel[index] = samples[index] / 32768;
    const node = this.context.createBufferSource();
    node.buffer = buffer;
    node.connect(this.context.destination);
    node.onended = () => this.playing.delete(node);
    this.playing.add(node);
    if (this.next < this.context.currentTime) this.next = this.context.currentTime + PLAY_AHEAD_S;
    node.start(this.next);
    this.next += buffer.duration;
  }

  clear() {
    for (const node of this.playing) node.stop();
    this.playing.clear();
    this.next = 0;
  }

  stop(code = 1000) {
    if (this.stopped) return;
    this.stopped = true;
    if (this.socket && this.socket.readyState < WebSocket.CLOSING) this.socket.close(1000);
    // What is queued is still said: the bot's goodbye comes with the end of the call.
    const rest = Math.max(0, this.next - (this.context ? this.context.currentTime : 0));
    setTimeout(() => this.context && this.context.close(), code === 1000 ? rest * 1000 + 100 : 0);
    if (this.stream) for (const track of this.stream.getTracks()) track.stop();
    this.on.ended(code);
  }

  hangUp() {
    this.clear();
    this.stop();
  }
}

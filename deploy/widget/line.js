// The chat socket: one message under way at a time, kept until it is answered, sent again after a broken line
// (the gateway answers a message that it sees twice only once).
const PING_MS = 20000;
const SILENT_MS = 10000; // no answer to a ping for so long: the line is dead
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30000;
const FINAL_CODES = [4401, 4403, 1008]; // a wrong key or a breach of protocol does not heal by trying again

class Line {
  // `on` holds functions: status(name), message(frame), error(code).
  constructor(url, key, store, on) {
    this.url = url;
    this.protocols = key ? ["xiangyin", "key." + key] : [];
    this.store = store;
    this.on = on;
    this.outbox = [];
    this.retries = 0;
    this.confirmed = false;
    this.closed = false;
    this.back = () => this.retryNow();
  }

  connect() {
    this.closed = false;
    window.addEventListener("online", this.back);
    this.on.status(this.retries ? "offline" : "connecting");
    const socket = new WebSocket(this.url, this.protocols);
    this.socket = socket;
    socket.onopen = () => this.transmit({ type: "session_request", session_id: this.store.get("session") });
    socket.onmessage = (event) => socket === this.socket && this.receive(JSON.parse(event.data));
    socket.onclose = (event) => socket === this.socket && this.lost(event.code);
  }

  say(message) {
    const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.outbox.push({ type: "user_uttered", id, message });
    if (this.outbox.length === 1) this.flush();
  }

  close() {
    this.closed = true;
    clearTimeout(this.retry);
    this.stopHeart();
    window.removeEventListener("online", this.back);
    if (this.socket) this.socket.close(1000);
  }

  receive(frame) {
    this.heard = true;
    if (frame.type === "session_confirm") {
      this.store.set("session", frame.session_id);
      this.retries = 0;
      this.confirmed = true;
      this.startHeart();
      this.on.status("online");
      this.flush();
    } else if (frame.type === "bot_uttered") {
      this.answered(frame.id);
      this.on.message(frame);
    } else if (frame.type === "error") {
      this.answered(frame.id || (this.outbox[0] && this.outbox[0].id));
      this.on.error(frame.code);
    } else if (frame.type === "typing") {
      this.on.status("typing");
    }
  }

  answered(id) {
    if (!this.outbox.length || this.outbox[0].id !== id) return;
    this.outbox.shift();
    this.on.status("online");
    this.flush();
  }

  flush() {
    if (this.confirmed && this.outbox.length) this.transmit(this.outbox[0]);
  }

  transmit(frame) {
    if (this.socket && this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  lost(code) {
    this.confirmed = false;
    this.stopHeart();
    if (this.closed) return;
    if (FINAL_CODES.includes(code)) {
      this.on.status("refused");
      return;
    }
    this.on.status("offline");
    const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.retries) * (0.5 + Math.random() / 2);
    this.retries += 1;
    this.retry = setTimeout(() => this.connect(), wait);
  }

  retryNow() {
    if (this.closed || this.confirmed) return;
    clearTimeout(this.retry);
    this.connect();
  }

  startHeart() {
    this.stopHeart();
    this.heart = setInterval(() => {
      this.heard = false;
      this.transmit({ type: "ping" });
      this.pulse = setTimeout(() => {
        const dead = this.socket;
        if (this.heard || !dead) return;
        this.socket = null;
        dead.close();
        this.lost(1006);
      }, SILENT_MS);
    }, PING_MS);
  }

  stopHeart() {
    clearInterval(this.heart);
    clearTimeout(this.pulse);
  }
}

// The widget: Xiangyin.mount(config), or one script tag:
//   <script>window.xiangyin = { title: "在线客服" }</script>
//   <script src="https://bot.example/widget.js" data-key="KEY" defer></script>
// Keys of the config (or data-KEY of the tag): mode floating | inline | headless, target (element or selector, inline), url (the
// gateway; default: where the script came from), key, lang, title, voice (true), open (false), onMessage(frame), onStatus(name).
const TAG = document.currentScript;
const KEPT = 60; // bubbles kept over a reload of the page

function storeFor(url) {
  const name = "xiangyin " + url + " ";
  const memory = {};
  // Of this tab only, and gone with it; a browser that forbids storage gets by without.
  return {
    get(key) {
      try {
        return sessionStorage.getItem(name + key) || "";
      } catch {
        return memory[key] || "";
      }
    },
    set(key, value) {
      try {
        sessionStorage.setItem(name + key, value);
      } catch {
        memory[key] = value;
      }
    },
  };
}

class Widget {
  constructor(config) {
    this.config = config;
    this.texts = textsFor(config.lang);
    this.store = storeFor(config.url);
    this.history = JSON.parse(this.store.get("history") || "[]");
    const socket = config.url.replace(/^http/, "ws");
    this.voiceUrl = socket + "/ws/voice";
    this.line = new Line(socket + "/ws/chat", config.key, this.store, {
      status: (name) => this.status(name),
      message: (frame) => this.message(frame),
      error: (code) => this.view && this.view.tell(this.texts[code] || this.texts.failed, true),
    });
    if (config.mode !== "headless") {
      const act = { say: (text, shown) => this.send(text, shown), speak: () => this.speak(), opened: () => this.start() };
      this.view = new View(config, this.texts, act);
      for (const item of this.history) this.draw(item);
    }
    if (config.mode !== "floating") this.start();
    if (config.open && this.view) this.view.show(true);
  }

  // The line opens with the window, not with the page: a visitor who never chats costs nothing.
  start() {
    if (this.started) return;
    this.started = true;
    this.line.connect();
  }

  send(text, shown = text) {
    this.start();
    this.keep({ you: shown });
    this.line.say(text);
  }

  message(frame) {
    if (this.config.onMessage) this.config.onMessage(frame);
    this.keep({ bot: frame.messages });
    if (frame.hand_over) this.keep({ note: this.texts.handedOver });
    else if (frame.end) this.keep({ note: this.texts.ended });
  }

  keep(item) {
    this.history = [...this.history, item].slice(-KEPT);
    this.store.set("history", JSON.stringify(this.history));
    this.draw(item);
  }

  draw(item) {
    if (!this.view) return;
    if (item.you) this.view.customer(item.you);
    if (item.bot) this.view.bot(item.bot);
    if (item.note) this.view.note(item.note);
  }

  status(name) {
    if (this.config.onStatus) this.config.onStatus(name);
    if (!this.view) return;
    this.view.tell(this.texts[name] || "", name === "offline" || name === "refused");
  }

  async speak() {
    if (this.voice) {
      this.voice.hangUp();
      return;
    }
    const tell = (text, warn) => this.view && this.view.tell(text, warn);
    let talked = false;
    const voice = new VoiceLine(this.voiceUrl, this.config.key, this.store.get("session"), {
      started: () => tell(this.texts.listening),
      heard: (text) => {
        talked = true;
        if (text) this.keep({ you: text });
      },
      reply: (frame) => {
        talked = true;
        if (frame.text) this.message({ messages: [{ text: frame.text }], ...frame });
      },
      over: (reason) => {
        talked = true;
        if (reason === "hand_over") this.keep({ note: this.texts.handedOver });
      },
      ended: (code) => {
        this.voice = null;
        if (this.view) this.view.speaking(false);
        const failed = !talked && code !== 1000;
        tell(failed ? this.texts[code === 1013 ? "busyLine" : "noVoice"] : "", failed);
      },
    });
    this.voice = voice;
    if (this.view) this.view.speaking(true);
    try {
      await voice.start();
    } catch {
      voice.stop();
      tell(this.texts.noMicrophone, true);
    }
  }

  close() {
    if (this.voice) this.voice.hangUp();
    this.line.close();
    if (this.view) this.view.host.remove();
  }
}

function mount(given = {}) {
  const base = TAG && TAG.src ? new URL(TAG.src, location.href).origin : location.origin;
  const config = { mode: "floating", lang: document.documentElement.lang || navigator.language, voice: true, ...given };
  config.url = new URL(config.url || base, location.href).href.replace(/\/$/, "");
  if (typeof config.target === "string") config.target = document.querySelector(config.target);
  if (config.mode === "inline" && !config.target) throw new Error("xiangyin: mode inline needs a target on the page");
  const widget = new Widget(config);
  return {
    open: () => widget.view && widget.view.show(true),
    hide: () => widget.view && widget.view.show(false),
    send: (text) => widget.send(text),
    speak: () => widget.speak(),
    close: () => widget.close(),
  };
}

function fromTag() {
  const data = TAG ? { ...TAG.dataset } : {};
  for (const key of ["voice", "open"]) if (key in data) data[key] = data[key] !== "false";
  const config = { ...data, ...(window.xiangyin || {}) };
  if (config.mode !== "manual") window.Xiangyin.widget = mount(config);
}

window.Xiangyin = { mount };
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", fromTag);
else fromTag();

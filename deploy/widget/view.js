// What the customer sees: a dialog beside a round button (floating), or the dialog in its place on the page (inline).
const ICONS = {
  chat: '<path d="M4 5h16v11H9l-5 4z"/>',
  close: '<path d="M6 6l12 12M18 6L6 18"/>',
  send: '<path d="M4 12l16-8-6 16-3-7z"/>',
  microphone: '<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5 11a7 7 0 0 0 14 0M12 18v3"/>',
};
const LINK = /(https?:\/\/[^\s<>"'，。；！？）】]+)/;

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== false && value !== null) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

function icon(name) {
  const holder = element("span", { "aria-hidden": "true" });
  holder.innerHTML = `<svg viewBox="0 0 24 24">${ICONS[name]}</svg>`;
  return holder;
}

class View {
  // `act` holds functions: say(text, shown), speak(), opened().
  constructor(config, texts, act) {
    this.config = config;
    this.texts = texts;
    this.act = act;
    this.host = element("div", { lang: config.lang });
    const root = this.host.attachShadow({ mode: "open" });
    // A constructed sheet: a page's content security policy may forbid <style>, not this.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    root.append(this.build());
    (config.target || document.body).append(this.host);
    if (config.mode === "inline") this.host.style.cssText = "display:block;height:100%";
  }

  build() {
    const { texts, config } = this;
    const title = config.title || texts.title;
    this.log = element("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": texts.log, tabindex: "0" });
    this.status = element("div", { class: "status", role: "status" });
    this.input = element("textarea", { id: "say", rows: "1", maxlength: "2000", placeholder: texts.placeholder, onkeydown: (event) => this.key(event) });
    this.speak = element(
      "button",
      { type: "button", "aria-pressed": "false", "aria-label": texts.microphone, title: texts.microphone, onclick: () => this.act.speak() },
      icon("microphone"),
    );
    this.speak.hidden = !config.voice;
    const form = element(
      "form",
      { onsubmit: (event) => this.submit(event) },
      element("label", { for: "say", class: "hidden" }, texts.label),
      this.input,
      this.speak,
      element("button", { type: "submit", "aria-label": texts.send, title: texts.send }, icon("send")),
    );
    const floating = config.mode === "floating";
    const header = element("header", {}, element("h2", {}, title));
    this.panel = element("section", { class: "panel", id: "panel", role: floating ? "dialog" : "region", "aria-label": title }, header, this.log, this.status, form);
    this.frame = element("div", { class: config.mode }, this.panel);
    if (floating) this.float(header);
    return this.frame;
  }

  float(header) {
    const close = element("button", { type: "button", "aria-label": this.texts.close, onclick: () => this.show(false) }, icon("close"));
    header.append(close);
    this.panel.hidden = true;
    this.panel.addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && this.show(false));
    this.launcher = element(
      "button",
      { class: "launcher", type: "button", "aria-label": this.texts.open, "aria-expanded": "false", "aria-controls": "panel", onclick: () => this.show(this.panel.hidden) },
      icon("chat"),
    );
    this.frame.prepend(this.launcher);
  }

  show(open) {
    if (!this.launcher || open === !this.panel.hidden) return;
    this.panel.hidden = !open;
    this.frame.classList.toggle("open", open);
    this.launcher.setAttribute("aria-expanded", String(open));
    this.launcher.setAttribute("aria-label", open ? this.texts.close : this.texts.open);
    (open ? this.input : this.launcher).focus();
    if (open) this.act.opened();
  }

  key(event) {
    // An input method's Enter chooses a character; it sends nothing.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    this.submit(event);
  }

  submit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.act.say(text, text);
  }

  customer(text) {
    for (const button of this.log.querySelectorAll(".choices button")) button.disabled = true;
    this.add("you", this.texts.you, text);
  }

  bot(parts) {
    for (const part of parts) {
      if (part.text) this.add("bot", this.texts.bot, part.text);
      if (part.image && /^(https?:|data:image\/)/.test(part.image)) {
        this.append(element("div", { class: "bubble bot" }, element("img", { src: part.image, alt: this.texts.image })));
      }
      if (part.buttons) {
        const choose = (button) => () => this.act.say(button.payload, button.title);
        const choices = part.buttons.map((button) => element("button", { type: "button", onclick: choose(button) }, button.title));
        this.append(element("div", { class: "choices" }, ...choices));
      }
    }
  }

  note(text) {
    this.append(element("div", { class: "note" }, text));
  }

  tell(text, warn = false) {
    this.status.textContent = text;
    this.status.classList.toggle("warn", warn);
  }

  speaking(on) {
    this.speak.setAttribute("aria-pressed", String(on));
    this.speak.setAttribute("aria-label", on ? this.texts.hangUp : this.texts.microphone);
    this.speak.title = on ? this.texts.hangUp : this.texts.microphone;
  }

  add(who, spoken, text) {
    const words = text.split(LINK).map((piece, index) => (index % 2 ? element("a", { href: piece, target: "_blank", rel: "noopener noreferrer" }, piece) : piece));
    this.append(element("div", { class: "bubble " + who }, element("span", { class: "hidden" }, spoken + " "), ...words));
  }

  append(made) {
    this.log.append(made);
    this.log.scrollTop = this.log.scrollHeight;
  }
}

// The answer chosen in the message is sent by itself once a person really looks at the page: a mail scanner that opens
// links never has the focus. Without this file, or without focus, the one big button does it.
const form = document.querySelector("form[data-one-tap]");
const said = document.querySelector("[data-one-tap-said]");
const LOOKED_AT = 1200;

function send() {
  if (document.visibilityState !== "visible" || !document.hasFocus() || navigator.webdriver) return;
  said.textContent = said.dataset.oneTapSaid;
  form.requestSubmit();
}

if (form) setTimeout(send, LOOKED_AT);

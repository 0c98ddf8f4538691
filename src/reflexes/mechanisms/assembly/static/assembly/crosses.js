// A ballot says how many crosses it carries as they are ticked, in the words the page carries (data-words, data-over).
// Without this file the style sheet counts them, and the next page says when there are too many.
for (const form of document.querySelectorAll("form[data-crosses]")) {
  const said = form.querySelector("[data-said]");
  const most = Number(said.dataset.most);

  function count() {
    const ticked = form.querySelectorAll("input[name=choice]:checked").length;
    const words = ticked > most ? said.dataset.over : said.dataset.words;
    said.textContent = words.replace("{n}", ticked > most ? ticked - most : ticked);
    said.classList.toggle("crosses-over", ticked > most);
  }

  form.addEventListener("change", count);
  count();
}

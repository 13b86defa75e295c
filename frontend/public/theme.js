// Runs before the first paint, from a file of its own because the content security policy allows no inline script.
(function () {
  var root = document.documentElement;
  try {
    var theme = localStorage.getItem('theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    var locale = localStorage.getItem('locale');
    root.lang = locale === 'fr' || locale === 'en' ? locale : /^fr\b/i.test(navigator.language) ? 'fr' : 'en';
  } catch (_) {
    /* storage is refused: the system's theme it is */
  }
})();

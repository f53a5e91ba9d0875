// Whoever signs in next finds no needs of the account before, whether it signed out or its session ended.
localStorage.removeItem(document.currentScript.dataset.forget);

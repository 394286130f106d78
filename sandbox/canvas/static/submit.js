// Posts the form of a launch as soon as it is there. Its own file: the page may forbid inline script.
document.querySelector('form[data-submit]').submit()

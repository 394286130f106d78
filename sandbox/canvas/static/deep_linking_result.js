// Tells the page that opened the dialog what the tool answered. Only a Canvas page may hear it.
{
  const message = JSON.parse(document.getElementById('message').textContent)
  const page = window.opener || window.top
  page.postMessage(message, window.location.origin)
}

// Short messages at the top of the page, spoken by screen readers, and gone when closed.
export function showAlert(text, type = 'info') {
  const line = document.createElement('p')
  line.className = type
  const words = document.createElement('span')
  words.textContent = text
  const close = document.createElement('button')
  close.type = 'button'
  close.textContent = 'Dismiss'
  close.addEventListener('click', () => line.remove())
  line.append(words, close)
  document.getElementById('alerts').append(line)
}

// The dialog that a tool opens in, and the answer that it listens for.
const LABEL = 'Embed content from External Tool'
const SURE = 'Are you sure you want to cancel? Changes you made may not be saved.'

const dialog = document.getElementById('tool-dialog')
const place = dialog.querySelector('[data-frame]')

function makeFrame({ allow, width, height, tray }) {
  const frame = document.createElement('iframe')
  frame.name = 'external_tool_launch'
  frame.id = 'external_tool_button_frame'
  frame.title = LABEL
  frame.allow = allow
  frame.style.width = tray ? '100%' : `${width}px`
  frame.style.height = tray ? '100%' : `min(${height}px, calc(95dvh - 5.5rem))`
  return frame
}

function post(action, fields, target) {
  const form = document.createElement('form')
  form.method = 'post'
  form.action = action
  form.target = target
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement('input')
    input.type = 'hidden'
    input.name = name
    input.value = value
    form.append(input)
  }
  document.body.append(form)
  form.submit()
  form.remove()
}

export function openTool({ name, action, fields, answered, closed, ...look }) {
  const listening = new AbortController()
  const options = { signal: listening.signal }
  dialog.querySelector('h2').textContent = name
  dialog.classList.toggle('tray', look.tray)
  const frame = makeFrame(look)
  place.replaceChildren(frame)

  const close = () => {
    listening.abort()
    dialog.close()
    place.replaceChildren()
    closed()
  }
  const closeIfSure = () => window.confirm(SURE) && close()

  // Canvas's own pages alone are believed.
  window.addEventListener('message', event => {
    if (event.origin !== window.location.origin || event.data?.subject !== 'LtiDeepLinkingResponse') return
    if (!Array.isArray(event.data.content_items)) return
    close()
    answered(event.data)
  }, options)
  window.addEventListener('beforeunload', event => event.preventDefault(), options)
  dialog.addEventListener('cancel', event => {
    event.preventDefault()
    closeIfSure()
  }, options)
  dialog.querySelector('[data-close]').addEventListener('click', closeIfSure, options)

  dialog.showModal()
  post(action, fields, frame.name)
}

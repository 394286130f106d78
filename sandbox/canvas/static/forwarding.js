// Passes messages between tools and the Canvas page. Runs in the frame post_message_forwarding, and in the page around a tool
// that stands in page content; there every message goes to the page around that, marked as coming out of the editor.
{
  const script = document.currentScript
  const inEditor = script.dataset.inRce === 'true'
  const pageOrigin = inEditor ? window.origin : script.dataset.parentOrigin
  const page = inEditor ? window.parent.parent : window.top
  const tools = [] // a window cannot travel in a message: its place in this list does

  const read = data => {
    try {
      return typeof data === 'string' ? JSON.parse(data) : data
    } catch {
      return null // not meant for us
    }
  }

  window.addEventListener('message', event => {
    const message = read(event.data)
    if (message === null || typeof message !== 'object') return
    if (event.origin === pageOrigin) {
      const { sourceToolInfo, ...answer } = message
      if (sourceToolInfo) tools[sourceToolInfo.windowId]?.postMessage(answer, sourceToolInfo.origin)
      return
    }
    if (!tools.includes(event.source)) tools.push(event.source)
    const sourceToolInfo = { origin: event.origin, windowId: tools.indexOf(event.source) }
    page.postMessage({ ...message, sourceToolInfo, ...(inEditor ? { in_rce: true } : {}) }, pageOrigin)
  })
}

// The Rich Content Editor: formatting, the HTML view, and the tools behind its buttons.
import { showAlert } from './alerts.js'
import { openTool } from './tool_dialog.js'

const EMPTY = '<p><br></p>'

class Editor {
  constructor(root) {
    this.root = root
    this.toolbar = root.querySelector('[role=toolbar]')
    this.text = root.querySelector('[data-text]')
    this.source = root.querySelector('textarea')
    this.range = null
    this.text.innerHTML = this.source.value.trim() || EMPTY
    this.text.contentEditable = 'true'
    this.toolbar.hidden = this.text.hidden = false
    this.source.hidden = true
    document.execCommand('defaultParagraphSeparator', false, 'p')
    document.addEventListener('selectionchange', () => this.remember())
    // Pressing a button must not take the selection out of the text.
    this.toolbar.addEventListener('mousedown', event => event.preventDefault())
    this.toolbar.addEventListener('click', event => this.pressed(event.target.closest('button')))
    this.root.closest('form').addEventListener('submit', () => this.store())
  }

  get html() {
    return this.text.innerHTML === EMPTY ? '' : this.text.innerHTML
  }

  store() {
    if (this.source.hidden) this.source.value = this.html
  }

  remember() {
    const selection = document.getSelection()
    if (selection.rangeCount === 0) return
    const range = selection.getRangeAt(0)
    if (this.text.contains(range.commonAncestorContainer)) this.range = range.cloneRange()
  }

  restore() {
    this.text.focus()
    if (!this.range || !this.text.contains(this.range.commonAncestorContainer)) {
      this.range = document.createRange()
      this.range.selectNodeContents(this.text.lastElementChild ?? this.text)
      this.range.collapse(false)
    }
    const selection = document.getSelection()
    selection.removeAllRanges()
    selection.addRange(this.range)
  }

  pressed(button) {
    if (!button) return
    if (button.dataset.tool) {
      this.useTool(button)
    } else if (button.dataset.command === 'html') {
      this.toggleSource(button)
    } else if (this.source.hidden) {
      this.restore()
      this.format(button.dataset.command)
    }
  }

  format(command) {
    if (command === 'heading') {
      const block = document.queryCommandValue('formatBlock').toLowerCase()
      document.execCommand('formatBlock', false, block === 'h2' ? 'p' : 'h2')
    } else if (command === 'link') {
      this.askLink()
    } else {
      document.execCommand(command)
    }
  }

  askLink() {
    const dialog = document.getElementById('link-dialog')
    const address = dialog.querySelector('input')
    address.value = ''
    dialog.showModal()
    dialog.addEventListener('close', () => {
      if (dialog.returnValue !== 'insert' || !address.value) return
      this.restore()
      const link = document.createElement('a')
      link.href = address.value
      link.textContent = this.range.toString() || address.value
      this.insert([link.outerHTML])
    }, { once: true })
  }

  toggleSource(button) {
    const toSource = this.source.hidden
    if (toSource) this.source.value = this.html
    else this.text.innerHTML = this.source.value.trim() || EMPTY
    this.source.hidden = !toSource
    this.text.hidden = toSource
    button.setAttribute('aria-pressed', String(toSource))
    ;(toSource ? this.source : this.text).focus()
  }

  useTool(button) {
    if (!this.source.hidden) this.toggleSource(this.toolbar.querySelector('[data-command=html]'))
    const holder = document.createElement('div')
    if (this.range) holder.append(this.range.cloneContents())
    openTool({
      name: button.textContent.trim(),
      action: `${this.root.dataset.endpoint}/${button.dataset.tool}/resource_selection`,
      allow: this.root.dataset.allow,
      width: Number(button.dataset.width),
      height: Number(button.dataset.height),
      tray: button.dataset.tray === 'true',
      fields: {
        editor: '1',
        selection: holder.innerHTML,
        editor_contents: this.html,
        com_instructure_course_canvas_resource_type: this.root.dataset.resourceType,
        com_instructure_course_canvas_resource_id: this.root.dataset.resourceId
      },
      answered: response => this.take(response, holder.textContent),
      closed: () => this.text.focus()
    })
  }

  async take(response, selection) {
    if (response.errormsg) showAlert(response.errormsg, 'error')
    if (response.msg) showAlert(response.msg)
    if (response.content_items.length === 0) return
    const answer = await fetch('/sandbox/rce/content_items', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ items: response.content_items, selection, lti_endpoint: response.ltiEndpoint })
    })
    const { html, warnings } = await answer.json()
    for (const warning of warnings) showAlert(warning, 'warning')
    this.restore()
    if (response.replaceEditorContents) html.forEach(piece => { this.text.innerHTML = piece })
    else this.insert(html)
  }

  insert(pieces) {
    this.range.deleteContents()
    for (const piece of pieces) {
      const template = document.createElement('template')
      template.innerHTML = piece
      const last = template.content.lastChild
      if (!last) continue
      this.range.insertNode(template.content)
      this.range.setStartAfter(last)
      this.range.collapse(true)
    }
    this.restore()
  }
}

for (const root of document.querySelectorAll('[data-rce]')) new Editor(root)

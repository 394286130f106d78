// The ways to hand in: tabs, a tool's frame in its tab, and what Canvas takes of the tool's answer.
import { showAlert } from './alerts.js'

const root = document.querySelector('[data-homework]')
const tabs = [...root.querySelectorAll('[role=tab]')]

const panelOf = tab => document.getElementById(tab.getAttribute('aria-controls'))

function choose(tab) {
  for (const each of tabs) {
    each.setAttribute('aria-selected', String(each === tab))
    each.tabIndex = each === tab ? 0 : -1
    panelOf(each).hidden = each !== tab
  }
  if (tab.dataset.homeworkTool && !panelOf(tab).querySelector('iframe')) load(tab)
}

function load(tab) {
  const place = panelOf(tab).querySelector('[data-frame]')
  const frame = document.createElement('iframe')
  frame.name = `homework_${tab.dataset.homeworkTool}`
  frame.title = tab.textContent.trim()
  frame.allow = root.dataset.allow
  frame.className = 'tool-page'
  place.replaceChildren(frame)
  const form = document.createElement('form')
  form.method = 'post'
  form.action = `${root.dataset.endpoint}/${tab.dataset.homeworkTool}/resource_selection`
  form.target = frame.name
  const fields = { launch_type: 'homework_submission', assignment_id: root.dataset.assignment }
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

async function take(tab, response) {
  if (response.errormsg) showAlert(response.errormsg, 'error')
  if (response.msg) showAlert(response.msg)
  const answer = await fetch('/sandbox/homework/content_items', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ assignment_id: Number(root.dataset.assignment), items: response.content_items })
  })
  const received = await answer.json()
  const panel = panelOf(tab)
  const submit = panel.querySelector('button[type=submit]')
  submit.disabled = !received.type
  if (received.error) showAlert(received.error, 'error')
  if (received.reload) return load(tab)
  const values = {
    submission_type: received.type, resource_link_lookup_uuid: received.lookup_uuid, url: received.url, title: received.title
  }
  for (const [name, value] of Object.entries(values)) panel.querySelector(`[name=${name}]`).value = value ?? ''
  if (!received.type) return
  panel.querySelector('[data-frame]').replaceChildren()
  panel.querySelector('[data-chosen]').textContent = `Ready to submit: ${received.title}`
  submit.focus()
}

// Canvas's own pages alone are believed.
window.addEventListener('message', event => {
  if (event.origin !== window.location.origin || event.data?.subject !== 'LtiDeepLinkingResponse') return
  // What cancelling posts names no placement where an editor was left; the editor's dialog hears that.
  if (event.data.placement !== 'homework_submission') return
  const tab = tabs.find(each => each.getAttribute('aria-selected') === 'true')
  if (tab?.dataset.homeworkTool) take(tab, event.data)
})

for (const tab of tabs) tab.addEventListener('click', () => choose(tab))
root.querySelector('[role=tablist]').addEventListener('keydown', event => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
  if (!step) return
  const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length]
  next.focus()
  choose(next)
})

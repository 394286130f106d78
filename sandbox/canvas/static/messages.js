// Answers the messages that tools post to a Canvas page.
import { showAlert } from './alerts.js'
import * as storage from './storage.js'

const FRAME = 'post_message_forwarding'
// Canvas's own messages, which are not for this handler.
const IGNORED = new Set(['LtiDeepLinkingResponse', 'externalContentReady', 'externalContentCancel', 'defaultToolContentReady',
  'media_player.iframe_ready', 'media_tracks_response', 'org.imsglobal.lti.close'])
const NOT_IN_EDITOR = new Set(['lti.enableScrollEvents', 'lti.scrollToTop'])

class Refused extends Error {
  constructor(code, message) {
    super(message)
    this.code = code
  }
}

let unloadMessage = null
const askFirst = event => {
  event.preventDefault()
  event.returnValue = unloadMessage
}

const needs = (data, name) => {
  if (!data[name]) throw new Refused('bad_request', `Missing required '${name}' field`)
  return data[name]
}

const subjects = {
  'lti.capabilities': () => ({
    supported_messages: Object.keys(subjects).map(subject =>
      /^lti\.(get|put)_data$/.test(subject) ? { subject, frame: FRAME } : { subject })
  }),
  'lti.put_data': (data, origin) => {
    const key = needs(data, 'key')
    needs(data, 'message_id')
    if (!data.value) {
      storage.clear(origin, key)
      return { key }
    }
    try {
      storage.put(origin, String(key), String(data.value))
    } catch (error) {
      if (error instanceof storage.Full) throw new Refused('storage_exhaustion', error.message)
      throw error
    }
    return { key, value: data.value }
  },
  'lti.get_data': (data, origin) => {
    const key = needs(data, 'key')
    needs(data, 'message_id')
    return { key, value: storage.get(origin, key) }
  },
  'lti.frameResize': (data, origin, source) => {
    const frame = frameOf(source)
    const height = Number.parseInt(data.height, 10)
    if (frame && height > 0) {
      frame.style.height = `${height}px`
      frame.height = height
    }
    return {}
  },
  'lti.fetchWindowSize': () => ({
    height: window.innerHeight, width: window.innerWidth, footer: 0, scrollY: window.scrollY
  }),
  'lti.showAlert': data => {
    const text = typeof data.body === 'string' ? data.body : JSON.stringify(needs(data, 'body'))
    showAlert(data.title ? `${data.title}: ${text}` : text, data.alertType === 'error' ? 'error' : data.alertType)
    return {}
  },
  'lti.screenReaderAlert': data => {
    const line = document.createElement('span')
    line.className = 'hidden'
    line.textContent = typeof data.body === 'string' ? data.body : JSON.stringify(data.body)
    document.getElementById('alerts').append(line)
    return {}
  },
  'lti.setUnloadMessage': data => {
    unloadMessage = data.message || 'Changes you made may not be saved.'
    window.addEventListener('beforeunload', askFirst)
    return {}
  },
  'lti.removeUnloadMessage': () => {
    window.removeEventListener('beforeunload', askFirst)
    return {}
  },
  'lti.scrollToTop': () => {
    window.scrollTo({ top: 0 })
    return {}
  },
  'lti.enableScrollEvents': (data, origin, source) => {
    window.addEventListener('scroll', () =>
      source.postMessage({ subject: 'lti.scroll', scrollY: window.scrollY }, origin), { passive: true })
    return {}
  },
  'lti.getPageSettings': () => ({
    pageSettings: {
      locale: document.documentElement.lang, time_zone: 'Etc/UTC', use_high_contrast: false,
      active_brand_config_json_url: '', window_width: window.innerWidth
    }
  }),
  'lti.getPageContent': () => {
    throw new Refused('unauthorized', 'Not authorized: the tool lacks the page content scope')
  },
  'lti.hideRightSideWrapper': () => ({}),
  'lti.showModuleNavigation': () => ({}),
  'lti.resourceImported': () => ({}),
  requestFullWindowLaunch: data => {
    const url = typeof data.data === 'string' ? data.data : data.data?.url
    if (!url) throw new Refused('bad_request', "Missing required 'data' field")
    const [, kind, id] = /^\/(courses|groups)\/(\d+)/.exec(window.location.pathname) ?? [null, 'courses', '17']
    const launch = `/${kind}/${id}/external_tools/retrieve?display=borderless&url=${encodeURIComponent(url)}`
    if (['new_window', 'popup'].includes(data.data?.launchType)) window.open(launch)
    else window.location.assign(launch)
    return {}
  },
  toggleCourseNavigationMenu: () => ({}),
  showNavigationMenu: () => ({}),
  hideNavigationMenu: () => ({})
}

function frameOf(source) {
  return [...document.querySelectorAll('iframe')].find(frame => frame.contentWindow === source)
}

function read(data) {
  if (typeof data !== 'string') return data
  try {
    return JSON.parse(data)
  } catch {
    return null
  }
}

window.addEventListener('message', event => {
  const data = read(event.data)
  const subject = data?.subject ?? data?.messageType
  if (typeof subject !== 'string' || subject.endsWith('.response') || IGNORED.has(subject)) return
  // Only our own forwarding frame may say for whom it speaks.
  const forwarded = event.origin === window.location.origin ? data.sourceToolInfo : undefined
  const origin = forwarded?.origin ?? event.origin
  const answer = fields => event.source?.postMessage(
    {
      subject: `${subject}.response`,
      ...(data.message_id ? { message_id: data.message_id } : {}),
      ...(forwarded ? { sourceToolInfo: forwarded } : {}),
      ...fields
    }, event.origin)
  const refuse = (code, message) => answer({ error: message ? { code, message } : { code } })
  const handler = Object.hasOwn(subjects, subject) ? subjects[subject] : null
  if (!handler) {
    refuse('unsupported_subject')
  } else if (data.in_rce && NOT_IN_EDITOR.has(subject)) {
    refuse('unsupported_subject', 'Not supported inside Rich Content Editor')
  } else {
    try {
      answer(handler(data, origin, event.source))
    } catch (error) {
      if (error instanceof Refused) refuse(error.code, error.message)
      else refuse('error', String(error?.message ?? error))
    }
  }
})

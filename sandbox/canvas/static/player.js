// What Canvas's own player page answers to the page around it.
const tracks = JSON.parse(document.getElementById('tracks').textContent)
const player = document.getElementById('player')
const mediaId = player?.dataset.mediaId
const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' })

window.addEventListener('message', event => {
  const answer = message => event.source?.postMessage(message, event.origin)
  if (event.data?.subject === 'media_tracks_request') {
    const payload = tracks.map(({ locale, inherited, asr, workflow_state }) => ({
      locale, language: names.of(locale), inherited, asr, workflow_state
    }))
    answer({ subject: 'media_tracks_response', payload })
  } else if (event.data?.subject === 'media_player.get_ready_state' && player) {
    answer({ subject: 'media_player.iframe_ready', mediaId })
  } else if (event.data?.subject === 'reload_media') {
    window.location.reload()
  }
})
if (player && window.parent !== window) window.parent.postMessage({ subject: 'media_player.iframe_ready', mediaId }, '*')

// Platform Storage: each tool origin has its own shelf in this page's localStorage, and a limit.
const KEYS = 500
const CHARACTERS = 4096
const shelf = origin => `lti|platform_storage|${origin}|`

export class Full extends Error {}

export function put(origin, key, value) {
  const prefix = shelf(origin)
  const others = Object.keys(localStorage).filter(name => name.startsWith(prefix) && name !== prefix + key)
  const used = others.reduce((sum, name) => sum + name.length - prefix.length + localStorage.getItem(name).length, 0)
  if (others.length + 1 > KEYS) throw new Full('Reached key limit for tool')
  if (used + key.length + value.length > CHARACTERS) throw new Full('Reached byte limit for tool')
  localStorage.setItem(prefix + key, value)
}

export const get = (origin, key) => localStorage.getItem(shelf(origin) + key)
export const clear = (origin, key) => localStorage.removeItem(shelf(origin) + key)

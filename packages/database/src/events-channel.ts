/** The channel that wakes readers of the log. Notifications carry no payload: a reader reads from its own position. */
export const EVENTS_CHANNEL = 'turnlog_events'

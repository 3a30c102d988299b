package reconnect

const LookPause = lookPause

import { expectTypeOf } from 'vitest'
import type { Agent, Event, EventInput, EventType, Payload } from '../src/index.ts'

expectTypeOf<EventType>().toEqualTypeOf<
  'session_registered' | 'session_ended' | 'turn_detected' | 'state_transition' | 'hook_received'
>()
expectTypeOf<Payload<'turn_detected'>['actor']>().toEqualTypeOf<'user' | 'agent'>()
expectTypeOf<Payload<'turn_detected'>['agent']>().toEqualTypeOf<Agent | undefined>()
expectTypeOf<Payload<'session_ended'>['reason']>().toEqualTypeOf<'timeout' | 'unregistered' | 'closed'>()
expectTypeOf<Event['session_uuid']>().toEqualTypeOf<string | null>()

// The type of an event decides what its payload is.
const read = (event: Event): string => (event.event_type === 'turn_detected' ? event.payload.text : event.event_key)
expectTypeOf(read).returns.toBeString()

// @ts-expect-error: a payload of another type does not fit
export const wrong: EventInput = { event_type: 'session_ended', payload: { session_uuid: 's', actor: 'user' } }

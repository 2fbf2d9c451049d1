// Package notify tells people and machines about changes of state: one message
// about many events, to a chat robot or to a webhook.
//
// A [Message] is what happened, a [Channel] where to tell it, a [Sender] tells it.
// What a vendor documents of its robot (signature, limits, answers) stands in that
// vendor's file, with the page that says so.
//
// # Guarantees
//
//   - A message is sent at least once or [Sender.Send] says that it was not. After a
//     lost answer it is sent again, so that it may come twice; a webhook can tell by
//     its id, people see it.
//   - It fits: what is too much for the vendor is left out, the least important
//     first, and counted in the text.
//   - What stands in an event cannot change the message: no mention, no markup, no
//     line of its own, no hidden character.
//   - No error holds an address, a secret or a text of an answer.
//   - A redirect is not followed, a certificate always verified, and plain http is
//     for this machine only.
package notify

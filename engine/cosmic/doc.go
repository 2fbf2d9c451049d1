// Package cosmic is an HTTP client of the Kingdee Cosmic OpenAPI. It reads and
// writes objects of any kind: what it knows of a kind is the application, the
// form and the operation that make the path of its API.
//
// "Facts page" in these comments is cosmic-openapi.md, the collected facts of
// the live side; where it is silent the comment says what was assumed.
//
// # Model
//
// A [Tenant] is one data centre behind one base URL, seen by one third-party
// app. It reads, as an [engine.Reader]. Only the [Writer] that [Tenant.Writer]
// returns can change anything, so code that was handed a reader cannot write.
//
// Every request passes the same stations: a token (acquired once, shared and
// renewed), the rate limit, one HTTP exchange, the verdict on the answer, and
// perhaps a repeat.
//
// # Words
//
//   - answer: what came back over HTTP, whatever it is
//   - envelope: an answer that Cosmic itself gave, {data, errorCode, message, status}
//   - fault: in what way a request failed, see [Error]
//   - flow: how a token is acquired, enhanced or in the old two steps
//   - doubt: why a listing may be incomplete; it is text, not an error, because
//     the caller decides what an incomplete listing still serves for
//
// # Guarantees
//
//   - HTTP 200 is not success: the envelope decides (facts page §0.7).
//   - Reads are repeated when the network, a gateway or the rate limit is at
//     fault. A write is repeated only if it surely had no effect: not one byte
//     of it was written, or Cosmic answered that it did not execute it (401,
//     429). Its Idempotency-Key stays the same.
//   - Requests go no faster than the limit. Where the tenant still says 429 all of
//     them go at half the rate, and by and by faster again; a Retry-After holds for
//     all of them.
//   - A refused login is never tried again: five refusals lock the user out
//     (facts page §1.3).
//   - A listing is complete or carries a doubt.
//   - Secrets and tokens travel in headers and bodies, never in a URL, and are
//     struck out of every text that leaves the package.
//   - Certificates are verified, plain HTTP is for loopback alone, and no
//     redirect is followed.
//   - Numbers stay as the text that was sent; none passes through float64.
//   - Every wait ends with the context, every request with the timeout.
//
// All types are safe for concurrent use.
package cosmic

package notify

import (
	"strconv"
	"time"
)

const gone = "there is no robot at its address any more; make it anew and give the new address"

// meaning is what a vendor's code stands for.
type meaning struct {
	reason    string
	temporary bool
	after     time.Duration
}

// coded judges the answer of a robot: its code decides, the status 200 proves nothing.
// An answer without a code is no success: it is not the robot that gave it.
func (a *attempt) coded(status int, code *int64, codes map[int64]meaning) *Error {
	if code == nil {
		if e := a.refused(status); e != nil {
			return e
		}
		return a.fault("what answers at its address is not the robot; check the address, and proxies on the way")
	}
	if *code == 0 {
		return a.refused(status)
	}
	m, known := codes[*code]
	if !known {
		m = meaning{reason: "the robot refuses the message"}
	}
	if byStatus := a.refused(status); byStatus != nil && byStatus.Temporary {
		m.temporary = true
	}
	e := a.fault(m.reason)
	e.Code, e.Temporary, e.After = strconv.FormatInt(*code, 10), m.temporary, m.after
	return e
}

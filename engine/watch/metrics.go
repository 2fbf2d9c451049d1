package watch

import (
	"context"
	"net/http"
	"runtime"
	"time"

	"cosmicctl/engine"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what a watch tells Prometheus, in a registry of their own. What the
// store knows is read from it at each scrape, so that it is the same as on the page;
// what goes by is counted as it does.
type metrics struct {
	registry *prometheus.Registry
	duration prometheus.Histogram
	looks    *prometheus.CounterVec
	requests prometheus.Counter
	errors   *prometheus.CounterVec
	sent     *prometheus.CounterVec
	failed   *prometheus.CounterVec
}

func newMetrics(w *Watch) *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &metrics{
		registry: prometheus.NewPedanticRegistry(),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "cosmicctl_look_duration_seconds", Help: "How long looks took.",
			Buckets: []float64{.1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600}}),
		looks:    counter("cosmicctl_looks_total", "Looks, by how much they read.", "read"),
		requests: prometheus.NewCounter(prometheus.CounterOpts{Name: "cosmicctl_requests_total", Help: "Requests that looks made."}),
		errors:   counter("cosmicctl_errors_total", "Failures of the watch itself, by what failed.", "what"),
		sent:     counter("cosmicctl_notifications_sent_total", "Messages that a channel took.", "channel"),
		failed:   counter("cosmicctl_notifications_failed_total", "Messages that a channel did not take; they are tried again.", "channel"),
	}
	for _, r := range []Read{Complete, Incomplete, Failed} {
		m.looks.WithLabelValues(string(r))
	}
	for _, what := range []string{"store", "manifests"} {
		m.errors.WithLabelValues(what)
	}
	for _, c := range w.Channels {
		m.sent.WithLabelValues(c.Name)
		m.failed.WithLabelValues(c.Name)
	}
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "cosmicctl_build_info", Help: "The version that runs."}, []string{"version", "goversion"})
	build.WithLabelValues(w.Version, runtime.Version()).Set(1)
	m.registry.MustRegister(m.duration, m.looks, m.requests, m.errors, m.sent, m.failed, build, standing{w})
	return m
}

func (m *metrics) looked(o *outcome) {
	m.duration.Observe(o.took.Seconds())
	m.looks.WithLabelValues(string(o.look.read())).Inc()
	m.requests.Add(float64(max(0, o.look.Requests)))
}

// handler serves the metrics. If the store fails, those that do not need it are
// still served.
func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

// standing collects what the store knows.
type standing struct{ *Watch }

var (
	tenantsDesc = prometheus.NewDesc("cosmicctl_tenants", "Tenants that are watched, by how they stand.", []string{"state"}, nil)
	driftedDesc = prometheus.NewDesc("cosmicctl_drifted_objects", "Open findings about objects, by kind and class.", []string{"kind", "class", "acknowledged"}, nil)
	risksDesc   = prometheus.NewDesc("cosmicctl_drifted_risks", "Open findings about objects that nobody acknowledged, by the worst of their risks.", []string{"risk"}, nil)
	unreadDesc  = prometheus.NewDesc("cosmicctl_unreadable", "Tenants, and kinds of tenants, that could not be read wholly.", []string{"acknowledged"}, nil)
	oldestDesc  = prometheus.NewDesc("cosmicctl_oldest_finding_age_seconds", "Age of the oldest finding that is open and not acknowledged; 0 if there is none.", nil, nil)
	openDesc    = prometheus.NewDesc("cosmicctl_tenant_open_findings", "Findings of a tenant that are open and not acknowledged.", []string{"tenant"}, nil)
	successDesc = prometheus.NewDesc("cosmicctl_tenant_last_success_timestamp_seconds", "When the last look began that read all of a tenant; 0 if none did.", []string{"tenant"}, nil)
	pendingDesc = prometheus.NewDesc("cosmicctl_notifications_pending", "Events that a channel is still to be told.", []string{"channel"}, nil)
)

// scrape is how long a scrape may wait for the store.
const scrape = 10 * time.Second

func (s standing) Describe(c chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{tenantsDesc, driftedDesc, risksDesc, unreadDesc, oldestDesc, openDesc, successDesc, pendingDesc} {
		c <- d
	}
}

func (s standing) Collect(c chan<- prometheus.Metric) {
	ctx, stop := context.WithTimeout(context.Background(), scrape)
	defer stop()
	tenants, err := s.tenantViews(ctx)
	if err != nil {
		c <- prometheus.NewInvalidMetric(tenantsDesc, err)
		return
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		c <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	states := map[State]int{}
	var oldest time.Time
	for _, t := range tenants {
		states[t.State]++
		oldest = earlier(oldest, t.Oldest)
		gauge(openDesc, float64(t.Open), t.Name)
		gauge(successDesc, float64(toMillis(t.Success))/1000, t.Name)
	}
	for _, state := range States() {
		gauge(tenantsDesc, float64(states[state]), string(state))
	}
	age := 0.0
	if !oldest.IsZero() {
		age = s.Clock.Now().Sub(oldest).Seconds()
	}
	gauge(oldestDesc, age)
	s.objects(ctx, c, gauge)
}

func (s standing) objects(ctx context.Context, c chan<- prometheus.Metric, gauge func(*prometheus.Desc, float64, ...string)) {
	sums, err := s.Store.sums(ctx)
	if err != nil {
		c <- prometheus.NewInvalidMetric(driftedDesc, err)
		return
	}
	type series struct{ kind, class, acknowledged string }
	objects, unread, risks := map[series]int{}, map[string]int{"true": 0, "false": 0}, make([]int, len(engine.Risks()))
	for _, v := range sums {
		acknowledged := map[bool]string{true: "true", false: "false"}[v.acknowledged]
		if Class(v.class) == Unreadable {
			unread[acknowledged] += v.n
			continue
		}
		objects[series{v.kind, v.class, acknowledged}] += v.n
		if !v.acknowledged {
			risks[v.worst/2] += v.n
		}
	}
	for i, n := range risks {
		gauge(risksDesc, float64(n), string(engine.Risks()[i]))
	}
	for k, n := range objects {
		gauge(driftedDesc, float64(n), k.kind, k.class, k.acknowledged)
	}
	for acknowledged, n := range unread {
		gauge(unreadDesc, float64(n), acknowledged)
	}
	boxes, err := s.Store.outboxes(ctx)
	if err != nil {
		c <- prometheus.NewInvalidMetric(pendingDesc, err)
		return
	}
	for _, b := range boxes {
		gauge(pendingDesc, float64(b.Pending), b.Channel)
	}
}

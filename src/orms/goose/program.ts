/** The Go program that lockkeeper builds around the migrations of a project: it applies, takes back, or records what they send. */

export interface GooseDriver {
  path: string;
  /** Name that it registers itself by. */
  name: string;
  /** Parameter of the address by which it keeps no named statements: the embedded database has one session for all connections. */
  unnamed: string | null;
}

export interface ProgramParts {
  /** Import path of goose, as go.mod has it. */
  goose: string;
  driver: GooseDriver;
  /** Import paths of the packages whose functions register themselves; none when the program lies in their package. */
  packages: readonly string[];
}

/** Name of the program's own file; frames of it are not the project's. */
export const programFile = 'lockkeeper_goose_program.go';

/**
 * Source text of the program. It stands in a package of its own, or in the project's `package main`; so its names begin with
 * `lockkeeper`. The request comes by LOCKKEEPER_REQUEST, what was recorded goes to the file that it names, a line of JSON each.
 */
export function programText({ goose, driver, packages }: ProgramParts): string {
  const imports = packages.map((path) => `\t_ "${path}"`).join('\n');
  // Version 2 knows neither embedded files nor a logger that says nothing.
  const modern = /\/v\d+$/.test(goose);
  return `package main

import (
	lkcontext "context"
	lksql "database/sql"
	lkdriver "database/sql/driver"
	lkhex "encoding/hex"
	lkjson "encoding/json"
	lkfmt "fmt"
	lkmath "math"
	lkos "os"
	lkfilepath "path/filepath"
	lkreflect "reflect"
	lkruntime "runtime"
	lkstrings "strings"
	lksync "sync"
	lktime "time"

	lkgoose "${goose}"

	_ "${driver.path}"
${imports}
)

type lockkeeperRequest struct {
	Mode, Url, Dir, Table, Root, Answer string
	First, Last                         int64
}

type lockkeeperStatement struct {
	Sql    string    \`json:"sql"\`
	Values []*string \`json:"values"\`
	File   string    \`json:"file"\`
	Line   int       \`json:"line"\`
	Failed bool      \`json:"failed"\`
	skip   bool
}

type lockkeeperStep struct {
	Version    int64                  \`json:"version"\`
	Direction  string                 \`json:"direction"\`
	Statements []*lockkeeperStatement \`json:"statements"\`
	Failed     string                 \`json:"failed"\`
}

var (
	lockkeeperMutex lksync.Mutex
	lockkeeperStepNow *lockkeeperStep
	lockkeeperFile string
	lockkeeperRoot string
)

func main() {
	var request lockkeeperRequest
	if err := lkjson.Unmarshal([]byte(lkos.Getenv("LOCKKEEPER_REQUEST")), &request); err != nil {
		lockkeeperFail(err)
	}
	lkos.Unsetenv("LOCKKEEPER_REQUEST")
	lockkeeperRoot = request.Root
	${modern ? 'lkgoose.SetBaseFS(nil)' : ''}
	if err := lkgoose.SetDialect("postgres"); err != nil {
		lockkeeperFail(err)
	}
	lkgoose.SetTableName(request.Table)
	db, err := lockkeeperOpen(request.Url, request.Mode == "record")
	if err != nil {
		lockkeeperFail(err)
	}
	switch request.Mode {
	case "up":
		err = lkgoose.UpByOne(db, request.Dir)
	case "down":
		err = lkgoose.Down(db, request.Dir)
	case "record":
		err = lockkeeperRecord(db, request)
	}
	db.Close()
	if err != nil {
		lockkeeperFail(err)
	}
}

func lockkeeperFail(err error) {
	lkfmt.Fprintln(lkos.Stderr, "goose run:", err)
	lkos.Exit(1)
}

// As libpq's "prefer": with TLS, and without where the server has none.
func lockkeeperOpen(url string, record bool) (*lksql.DB, error) {
	db, err := lksql.Open("${driver.name}", url)
	if err != nil {
		return nil, err
	}
	if !lkstrings.Contains(url, "sslmode=") {
		if err := db.Ping(); err != nil && lkstrings.Contains(err.Error(), "SSL is not enabled") {
			db.Close()
			separator := "?"
			if lkstrings.Contains(url, "?") {
				separator = "&"
			}
			url += separator + "sslmode=disable"
			if db, err = lksql.Open("${driver.name}", url); err != nil {
				return nil, err
			}
		}
	}
	if !record {
		return db, nil
	}
${
  driver.unnamed === null
    ? ''
    : `	if lkstrings.Contains(url, "?") {
		url += "&${driver.unnamed}"
	} else {
		url += "?${driver.unnamed}"
	}`
}
	lksql.Register("lockkeeper", lockkeeperDriver{db.Driver()})
	db.Close()
	return lksql.Open("lockkeeper", url)
}

// Every migration up, in order, then down again as far as is asked for; each step is told as soon as it ended.
func lockkeeperRecord(db *lksql.DB, request lockkeeperRequest) error {
	answer, err := lkos.Create(request.Answer)
	if err != nil {
		return err
	}
	defer answer.Close()
	if parts := lkstrings.SplitN(request.Table, ".", 2); len(parts) == 2 {
		if _, err := db.Exec("CREATE SCHEMA IF NOT EXISTS \\"" + parts[0] + "\\""); err != nil {
			return err
		}
	}
	all, err := lkgoose.CollectMigrations(request.Dir, 0, lkmath.MaxInt64)
	if err != nil {
		return err
	}
	encoder := lkjson.NewEncoder(answer)
	run := func(migration *lkgoose.Migration, direction string, work func() error) bool {
		step := &lockkeeperStep{Version: migration.Version, Direction: direction}
		lockkeeperMutex.Lock()
		lockkeeperStepNow, lockkeeperFile = step, lkfilepath.Base(migration.Source)
		lockkeeperMutex.Unlock()
		if err := lockkeeperTry(work); err != nil {
			step.Failed = err.Error()
		}
		lockkeeperMutex.Lock()
		defer lockkeeperMutex.Unlock()
		lockkeeperStepNow = nil
		kept := []*lockkeeperStatement{}
		for _, each := range step.Statements {
			if !each.skip {
				kept = append(kept, each)
			}
		}
		step.Statements = kept
		encoder.Encode(step)
		return step.Failed == ""
	}
	var applied []*lkgoose.Migration
	for _, migration := range all {
		if migration.Version > request.Last {
			break
		}
		version := migration.Version
		if !run(migration, "up", func() error { return lkgoose.UpTo(db, request.Dir, version) }) {
			break
		}
		applied = append(applied, migration)
	}
	for at := len(applied) - 1; at >= 0 && applied[at].Version >= request.First; at-- {
		if !run(applied[at], "down", func() error { return lkgoose.Down(db, request.Dir) }) {
			break
		}
	}
	return nil
}

func lockkeeperTry(work func() error) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = lkfmt.Errorf("panic: %v", reason)
		}
	}()
	return work()
}

// Notes a statement when code of the project stands behind it; goose's own are left out.
func lockkeeperNote(text string, values []*string) func(error) {
	var callers [64]uintptr
	frames := lkruntime.CallersFrames(callers[:lkruntime.Callers(2, callers[:])])
	file, line := "", 0
	lockkeeperMutex.Lock()
	defer lockkeeperMutex.Unlock()
	for {
		frame, more := frames.Next()
		base := lkfilepath.Base(frame.File)
		if lockkeeperIsProject(frame.File) {
			if file == "" || base == lockkeeperFile {
				file, line = frame.File, frame.Line
			}
			if base == lockkeeperFile {
				break
			}
		}
		if !more {
			break
		}
	}
	if file == "" || lockkeeperStepNow == nil {
		return func(error) {}
	}
	noted := &lockkeeperStatement{Sql: text, Values: values, File: file, Line: line}
	lockkeeperStepNow.Statements = append(lockkeeperStepNow.Statements, noted)
	return func(err error) {
		lockkeeperMutex.Lock()
		defer lockkeeperMutex.Unlock()
		noted.Failed = err != nil
		noted.skip = err == lkdriver.ErrSkip
	}
}

func lockkeeperIsProject(file string) bool {
	return lkstrings.HasPrefix(file, lockkeeperRoot) && lkfilepath.Base(file) != "${programFile}" &&
		!lkstrings.Contains(file, "/vendor/") && !lkstrings.Contains(file, "/pkg/mod/")
}

func lockkeeperText(value interface{}) *string {
	var text string
	switch given := value.(type) {
	case nil:
		return nil
	case []byte:
		text = "\\\\x" + lkhex.EncodeToString(given)
	case lktime.Time:
		text = given.Format("2006-01-02 15:04:05.999999999Z07:00")
	case lkdriver.Valuer:
		inner, err := given.Value()
		if err != nil {
			return nil
		}
		return lockkeeperText(inner)
	default:
		switch lkreflect.ValueOf(value).Kind() {
		case lkreflect.Slice, lkreflect.Map, lkreflect.Struct, lkreflect.Ptr, lkreflect.Array:
			return nil
		}
		text = lkfmt.Sprint(value)
	}
	return &text
}

func lockkeeperValues(args []lkdriver.NamedValue) []*string {
	values := make([]*string, len(args))
	for at, each := range args {
		values[at] = lockkeeperText(each.Value)
	}
	return values
}

type lockkeeperDriver struct{ inner lkdriver.Driver }

func (d lockkeeperDriver) Open(name string) (lkdriver.Conn, error) {
	inner, err := d.inner.Open(name)
	if err != nil {
		return nil, err
	}
	return &lockkeeperConn{inner}, nil
}

type lockkeeperConn struct{ lkdriver.Conn }

func (c *lockkeeperConn) BeginTx(ctx lkcontext.Context, options lkdriver.TxOptions) (lkdriver.Tx, error) {
	done := lockkeeperNote("BEGIN", nil)
	inner, err := c.begin(ctx, options)
	done(err)
	if err != nil {
		return nil, err
	}
	return lockkeeperTx{inner}, nil
}

func (c *lockkeeperConn) begin(ctx lkcontext.Context, options lkdriver.TxOptions) (lkdriver.Tx, error) {
	if able, ok := c.Conn.(lkdriver.ConnBeginTx); ok {
		return able.BeginTx(ctx, options)
	}
	return c.Conn.Begin() //nolint:staticcheck
}

func (c *lockkeeperConn) Prepare(text string) (lkdriver.Stmt, error) {
	return c.PrepareContext(lkcontext.Background(), text)
}

func (c *lockkeeperConn) PrepareContext(ctx lkcontext.Context, text string) (lkdriver.Stmt, error) {
	var inner lkdriver.Stmt
	var err error
	if able, ok := c.Conn.(lkdriver.ConnPrepareContext); ok {
		inner, err = able.PrepareContext(ctx, text)
	} else {
		inner, err = c.Conn.Prepare(text)
	}
	if err != nil {
		return nil, err
	}
	return &lockkeeperStmt{Stmt: inner, text: text}, nil
}

func (c *lockkeeperConn) ExecContext(ctx lkcontext.Context, text string, args []lkdriver.NamedValue) (lkdriver.Result, error) {
	able, ok := c.Conn.(lkdriver.ExecerContext)
	if !ok {
		return nil, lkdriver.ErrSkip
	}
	done := lockkeeperNote(text, lockkeeperValues(args))
	result, err := able.ExecContext(ctx, text, args)
	done(err)
	return result, err
}

func (c *lockkeeperConn) QueryContext(ctx lkcontext.Context, text string, args []lkdriver.NamedValue) (lkdriver.Rows, error) {
	able, ok := c.Conn.(lkdriver.QueryerContext)
	if !ok {
		return nil, lkdriver.ErrSkip
	}
	done := lockkeeperNote(text, lockkeeperValues(args))
	rows, err := able.QueryContext(ctx, text, args)
	done(err)
	return rows, err
}

func (c *lockkeeperConn) Ping(ctx lkcontext.Context) error {
	if able, ok := c.Conn.(lkdriver.Pinger); ok {
		return able.Ping(ctx)
	}
	return nil
}

func (c *lockkeeperConn) ResetSession(ctx lkcontext.Context) error {
	if able, ok := c.Conn.(lkdriver.SessionResetter); ok {
		return able.ResetSession(ctx)
	}
	return nil
}

func (c *lockkeeperConn) IsValid() bool {
	if able, ok := c.Conn.(lkdriver.Validator); ok {
		return able.IsValid()
	}
	return true
}

func (c *lockkeeperConn) CheckNamedValue(value *lkdriver.NamedValue) error {
	if able, ok := c.Conn.(lkdriver.NamedValueChecker); ok {
		return able.CheckNamedValue(value)
	}
	return lkdriver.ErrSkip
}

type lockkeeperTx struct{ lkdriver.Tx }

func (t lockkeeperTx) Commit() error {
	done := lockkeeperNote("COMMIT", nil)
	err := t.Tx.Commit()
	done(err)
	return err
}

func (t lockkeeperTx) Rollback() error {
	done := lockkeeperNote("ROLLBACK", nil)
	err := t.Tx.Rollback()
	done(err)
	return err
}

type lockkeeperStmt struct {
	lkdriver.Stmt
	text   string
	copies bool
}

// COPY is one statement, though each of its rows is handed over as one.
func (s *lockkeeperStmt) note(args []lkdriver.NamedValue) func(error) {
	if lkstrings.HasPrefix(lkstrings.ToUpper(lkstrings.TrimSpace(s.text)), "COPY") {
		if s.copies {
			return func(error) {}
		}
		s.copies = true
		args = nil
	}
	return lockkeeperNote(s.text, lockkeeperValues(args))
}

func (s *lockkeeperStmt) ExecContext(ctx lkcontext.Context, args []lkdriver.NamedValue) (lkdriver.Result, error) {
	done := s.note(args)
	var result lkdriver.Result
	var err error
	if able, ok := s.Stmt.(lkdriver.StmtExecContext); ok {
		result, err = able.ExecContext(ctx, args)
	} else {
		result, err = s.Stmt.Exec(lockkeeperPlain(args)) //nolint:staticcheck
	}
	done(err)
	return result, err
}

func (s *lockkeeperStmt) QueryContext(ctx lkcontext.Context, args []lkdriver.NamedValue) (lkdriver.Rows, error) {
	done := s.note(args)
	var rows lkdriver.Rows
	var err error
	if able, ok := s.Stmt.(lkdriver.StmtQueryContext); ok {
		rows, err = able.QueryContext(ctx, args)
	} else {
		rows, err = s.Stmt.Query(lockkeeperPlain(args)) //nolint:staticcheck
	}
	done(err)
	return rows, err
}

func lockkeeperPlain(args []lkdriver.NamedValue) []lkdriver.Value {
	values := make([]lkdriver.Value, len(args))
	for at, each := range args {
		values[at] = each.Value
	}
	return values
}
`;
}

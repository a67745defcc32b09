import type { Filter, FilterProblem } from '../domain/filter/filter.ts';
import type { NodeTally, Run, RunNode } from '../domain/run.ts';
import type { Phase, Status } from '../domain/status.ts';
import type { OnWord } from '../domain/watch.ts';
import type { Line, Span } from './line.ts';
import type { CardWords, EventWords, NoteWords } from './telling-words.ts';

export type Locale = 'en' | 'zh';

/** What is known of one run when it is shown. */
export interface RunFacts {
  readonly run: Run;
  readonly nodes?: NodeTally;
  /** Short name of its PAI workspace in the settings, shown instead of the id. */
  readonly workspace?: string | undefined;
  /** When PAI was asked. */
  readonly readAt: Date;
}

/** What is known of one node of a run when it is shown. */
export interface NodeFacts {
  readonly run: Run;
  readonly node: RunNode;
  /** Short name of its PAI workspace in the settings, shown instead of the id. */
  readonly workspace?: string | undefined;
  readonly readAt: Date;
}

export type PhaseCount = readonly [phase: Phase, count: number];

/** Why PAI gave no answer. */
export interface PaiTrouble {
  readonly kind: PaiTroubleKind;
  readonly region: string;
  /** How long PAI was waited for, in milliseconds. */
  readonly waitedMs: number;
}

/** An answer that not all PAI workspaces gave; both are named by their labels. */
export interface PartialAnswer {
  readonly shown: readonly string[];
  readonly notShown: readonly { readonly labels: readonly string[]; readonly trouble: PaiTrouble }[];
}

export type PaiTroubleKind =
  | 'throttled'
  | 'timeout'
  | 'network'
  | 'forbidden'
  | 'wrong-key'
  | 'wrong-clock'
  | 'junk'
  | 'unavailable'
  | 'refused'
  | 'question-refused'
  | 'not-found'
  /** The answer had more bytes than we read. */
  | 'too-large';

/** What can be asked, as help knows it. */
export type Verb =
  | 'status'
  | 'runs'
  | 'logs'
  | 'why'
  | 'outputs'
  | 'watch'
  | 'unwatch'
  | 'list'
  | 'doctor'
  | 'help';

/** One thing that `doctor` looked at. */
export type Check = {
  readonly subject: CheckSubject;
  readonly verdict: 'fine' | 'warning' | 'failed';
  readonly finding?: CheckFinding;
  /** How it goes, which is told also where nothing is wrong. */
  readonly facts?: CheckFacts;
};

export type CheckSubject =
  | {
      readonly kind: 'slack' | 'slack-scopes' | 'channel' | 'clock' | 'store' | 'watcher' | 'deliveries';
    }
  | { readonly kind: 'pai'; readonly label: string };

/** What was wrong with it. */
export type CheckFinding =
  | { readonly kind: 'missing-scopes'; readonly scopes: readonly string[] }
  | { readonly kind: 'not-in-channel' }
  | { readonly kind: 'slack-away' }
  | { readonly kind: 'clock-off'; readonly seconds: number }
  | { readonly kind: 'clock-not-compared' }
  | {
      readonly kind: 'pai-trouble';
      readonly trouble: PaiTrouble;
      readonly code?: string;
      readonly requestId?: string;
    }
  | { readonly kind: 'link-down'; readonly since: Date }
  | { readonly kind: 'store-read-only'; readonly since: Date }
  /** How late the run is that has waited longest for a look. */
  | { readonly kind: 'watcher-late'; readonly seconds: number }
  /** What is owed to channels, and since when the oldest of it. */
  | { readonly kind: 'deliveries-late'; readonly count: number; readonly since: Date }
  /** Channels that Slack has closed to Flowbell, and how many updates wait for them. */
  | { readonly kind: 'channels-closed'; readonly count: number; readonly held: number }
  /** What Slack will never take. */
  | { readonly kind: 'deliveries-parked'; readonly count: number };

export type CheckFacts =
  | {
      readonly kind: 'watcher';
      /** Watched runs. */
      readonly runs: number;
      readonly lagSeconds: number;
      /** The last time PAI was asked for them, and with how many calls. */
      readonly lastLook?: { readonly at: Date; readonly seconds: number; readonly calls: number };
    }
  | {
      readonly kind: 'deliveries';
      /** What is owed to channels that are open. */
      readonly waiting: number;
      /** What waits for channels that Slack has closed, and how many those are. */
      readonly held: number;
      readonly parked: number;
    };

export interface DoctorReport {
  readonly checks: readonly Check[];
  readonly readAt: Date;
  readonly version: string;
  /** Whether it is read by somebody who may see which rights are missing. */
  readonly isAdmin: boolean;
  readonly supportCode: string;
  readonly again: string;
}

/** Which lines of a node's log are shown. Numbers count from 1; of a search, among the lines found. */
export interface LogPart {
  readonly kind: 'tail' | 'errors' | 'grep';
  readonly first: number;
  readonly shown: number;
  /** All lines of the log, or all that the search found. */
  readonly total: number;
  readonly grep?: Span;
  /** How many of the last lines were searched for errors. */
  readonly searched?: number;
  /** Secrets made unreadable. */
  readonly hidden: number;
}

/** Runs since midnight. */
export interface Counts {
  readonly failed: number;
  readonly running: number;
  readonly succeeded: number;
}

/** Words about runs and nodes and the lists of them. */
export interface RunWords {
  /** `running`; for a word nobody knows: PAI says `Xyz`. */
  state(status: Status): Line;
  /** `*name* is running: 7 of 12 nodes done, now ...` */
  runSentence(name: Span, facts: RunFacts): Line;
  /** `Started ⟨02:00⟩ by PAI user …4905 · prod (cn-hangzhou) · read ⟨3 sec ago⟩` */
  runDetails(facts: RunFacts): Line;
  nodeSentence(runName: Span, nodeName: Span, facts: NodeFacts): Line;
  nodeDetails(facts: NodeFacts): Line;
  /** `6 asked, 5 found: 1 failed, 2 running, 2 succeeded` */
  listHead(asked: number, found: number, counts: readonly PhaseCount[]): Line;
  runEntry(name: Span, facts: RunFacts): Line;
  nodeEntry(runName: Span, nodeName: Span, facts: NodeFacts): Line;
  /** `12 more: 3 running, 9 succeeded` */
  moreEntries(count: number, counts: readonly PhaseCount[]): Line;
  detailsLeftOut(most: number): Line;
  missing(regions: readonly string[], ids: readonly Span[], more: number): Line;
  unchecked(ids: readonly Span[], more: number): Line;
  refused(ids: readonly Span[], more: number): Line;
  notAnswered(trouble: PaiTrouble, ids: readonly Span[], more: number): Line;
  regionNotSetUp(regions: readonly Span[], ids: readonly Span[], more: number): Line;
  nodeWithoutRun(ids: readonly Span[], more: number): Line;
  namesNotFound(names: readonly Span[], more: number, labels: readonly string[]): Line;
  /** `` `ctr` fits 3 pipelines, so none was taken `` */
  ambiguousName(name: Span, pipelines: number): Line;
  /** More names than one question looks up. */
  namesLeftOut(names: readonly Span[], more: number): Line;
}

/** Words about runs that were looked for: filters, the overview, names that fit several. */
export interface SearchWords {
  /** `failed, named `ctr-*`, since ⟨…⟩`, at most so many conditions; empty for a filter that lets all through. */
  filterInWords(filter: Filter, since: Date | undefined, most: number): Line;
  /** `9 runs: failed, named `ctr-*`` */
  runsHead(total: number, filter: Line): Line;
  /** `20 of 62 shown` */
  someShown(shown: number, total: number): Line;
  /** `Looked at the newest 1,000 of 4,310 runs` */
  scanned(read: number, of: number): Line;
  /** `Shown: prod, dev. Not shown: sg did not answer.` */
  partly(partial: PartialAnswer): Line;
  /** `All quiet: 4 running, 56 succeeded, 0 failed since ⟨00:00⟩`; quiet only where all was read. */
  overviewHead(counts: Counts, since: Date, read: 'all' | 'some' | 'at-least'): Line;
  /** `3 more failed, 2 more running` */
  overviewMore(failed: number, running: number): Line;
  lastFailure(name: Span, facts: RunFacts): Line;
  /** `prod, dev, sg · read ⟨3 sec ago⟩` */
  readFrom(labels: readonly string[], readAt: Date): Line;
  /** `Last failed here: …` */
  lastFailedHere(rest: Line): Line;
  /** `` `ctr` fits 3 pipelines. Which one? `` */
  whichOne(name: Span, total: number): Line;
  /** The one pipeline of that name, or the last failed run, that could be seen; there may be others. */
  onlyOneSeen(name: Span | undefined): Line;
  /** Several runs stand where one is wanted. */
  whichOfThese(total: number): Line;
  choicesShown(shown: number, total: number): Line;
}

/** Words about what a node wrote and made. */
export interface LogWords {
  /** `*run* › `node`: last 50 of 1,204 lines, 2 secrets hidden` */
  logHead(place: Line, part: LogPart): Line;
  noLog(): Line;
  /** Above a file of lines: `*run* › `node`: the last 20,000 of 1,000,000 lines, 2 secrets hidden` */
  logFile(place: Line, part: Pick<LogPart, 'shown' | 'total' | 'hidden'>): Line;
  noErrorLine(place: Line, searched: number): Line;
  noLineWith(place: Line, grep: Span): Line;
  /** `*name* failed at `node`: cause`; without a cause it says whether a log was searched for one. */
  runFailed(name: Span, node: Span | undefined, cause: Span | undefined, hasLog: boolean): Line;
  /** A node failed, the run did not (yet). */
  nodeFailed(name: Span, node: Span, cause: Span | undefined, facts: RunFacts, hasLog: boolean): Line;
  /** The run's sentence, and that nothing has failed. */
  nothingFailed(sentence: Line): Line;
  /** `Last 8 lines, 2 secrets hidden` */
  tailHead(shown: number, hidden: number): Line;
  /** `*run*: 3 outputs`, of one type where that was asked. */
  outputsHead(place: Line, total: number, type: string | undefined): Line;
  noOutputs(place: Line, type: string | undefined, mayStillCome: boolean): Line;
  /** `Model`; a word nobody knows in back-ticks. */
  outputType(type: string): Line;
  inProject(project: Span): Line;
  moreValues(count: number): Line;
}

/** What a watch hears, and where it tells. */
export interface WatchTerms {
  readonly on: readonly OnWord[];
  /** Where it was asked for: in this place, in a thread of it, or in the person's DM with Flowbell. */
  readonly where: 'here' | 'thread' | 'dm';
}

/** What a wish to watch made of a watch. */
interface WatchChange {
  /** False where they watched it there before. */
  readonly isNew: boolean;
  /** True where they now hear other things of it than before. */
  readonly isChanged: boolean;
  readonly isNode: boolean;
}

/** Why Flowbell cannot speak in a channel. */
export type NotInChannel = 'public' | 'private' | 'between-people' | 'archived' | 'read-only';

/** Words about watches. */
export interface WatchWords {
  /** `You watch *name* here: told when it fails, ends or is rerun`, or how far they did before. */
  watching(name: Line, terms: WatchTerms, watch: WatchChange): Line;
  /** `You watch 3 of 5 runs here: …` */
  watchingSome(watched: number, asked: number, terms: WatchTerms): Line;
  othersWatch(count: number): Line;
  /** What the link to a card is called. */
  readonly card: string;
  /** `Already watched here: card. You are added and will be mentioned too: told when it fails or ends` */
  addedToCard(card: Span, terms: WatchTerms, isNode: boolean): Line;
  alreadyWatched(): Line;
  watchChanged(): Line;
  /** `told when it ends` */
  toldWhen(on: readonly OnWord[]): Line;
  nothingWatched(): Line;
  /** `name ended ⟨03:47⟩: succeeded in 47 min. Nothing left to watch.` */
  atRest(name: Span, facts: RunFacts): Line;
  nodeAtRest(runName: Span, nodeName: Span, facts: NodeFacts): Line;
  /** PAI did not tell enough of these runs. */
  notWatched(trouble: PaiTrouble, names: readonly Span[], more: number): Line;
  notSaved(names: readonly Span[], more: number): Line;
  /** More than one question watches. */
  watchLater(ids: readonly Span[], more: number): Line;
  stopped(name: Line, others: number): Line;
  /** `You still watch it in 1 other place.`, after `stopped`. */
  stillElsewhere(places: number): Line;
  notWatching(what: Span): Line;
  watchingNothing(): Line;
  /** `*This channel*: 2 watches` */
  watchesHere(count: number): Line;
  watchesElsewhere(count: number): Line;
  noneHere(): Line;
  /** How to begin; `watch` is a command that would. */
  howToWatch(watch: Span): Line;
  /** `watched by @a, @b` */
  watchedBy(people: readonly Span[], more: number): Line;
  inYourDm(): Line;
  watchedNode(node: Span): Line;
  /** A run that may no longer be shown to whoever watches it. */
  hiddenRun(id: Span): Line;
  /** `canJoin` where Flowbell can enter by itself. */
  notInChannel(reason: NotInChannel, canJoin: boolean): Line;
  cannotSave(): Line;
  notOfOneRun(typed: Span): Line;
}

/** Short answers that are no card and no list. */
export interface NoticeWords {
  trouble(trouble: PaiTrouble): Line;
  asking(): Line;
  ourFault(supportCode: string): Line;
  membersOnly(): Line;
  whoAreYou(): Line;
  unknownVerb(typed: Span): Line;
  forgotten(): Line;
  sharedBy(person: Span): Line;
  filterProblem(problem: FilterProblem): readonly Line[];
  openQuote(typed: Span): Line;
  unknownOption(typed: Span, known: readonly Span[]): Line;
  badOption(typed: Span, example: Span): Line;
  noSuchRun(names: readonly Span[], more: number, labels: readonly string[]): Line;
  /** What to try instead; `runs` is the command that lists them. */
  howToNameARun(runs: Span): Line;
  /** Where nobody could look. */
  mayStillBeIn(partial: PartialAnswer): Line;
  noSuchNode(runName: Span, typed: Span, nodes: readonly Span[], more: number): Line;
  whichRun(): Line;
  noneFailed(): Line;
  threadUnread(): Line;
  nothingInMessage(): Line;
  fileNotSent(): Line;
  /** It may stand in the thread or in the person's DM with Flowbell. */
  fileUnsure(): Line;
  logTooLarge(): Line;
  noNode(): Line;
}

/** How to begin and what can be asked. `say` puts the command's name before what is typed. */
export interface HelpWords {
  firstTime(say: (text: string) => Span): readonly Line[];
  help(say: (text: string) => Span): readonly Line[];
  /** Examples first, then what the verb takes. */
  helpFor(verb: Verb, say: (text: string) => Span): readonly Line[];
}

export interface DoctorWords {
  /** `2 of 11 checks need somebody`; all fine where none does. */
  doctorHead(unwell: number, checks: readonly Check[]): Line;
  checkSubject(subject: CheckSubject): string;
  /** `: no permission. Admin: grant …`; what only admins need is left out for others. */
  finding(finding: CheckFinding | undefined, isAdmin: boolean): Line;
  fineChecks(checks: readonly Check[]): Line;
  /** `Last look at PAI ⟨8 sec ago⟩ (3 calls, 0.4 s)`, `14 runs followed`, `nothing waiting` */
  checkFacts(facts: CheckFacts): readonly Line[];
  version(version: string): Line;
  supportCode(code: Span): Line;
  readAt(at: Date): Line;
}

export interface ButtonWords {
  /** What is typed for each verb. */
  readonly verbs: Readonly<Record<Verb, string>>;
  readonly buttons: {
    readonly refresh: string;
    readonly share: string;
    readonly openInPai: string;
    readonly retry: string;
    readonly help: string;
    readonly why: string;
    readonly logs: string;
    readonly allLogs: string;
    readonly outputs: string;
    readonly older: string;
    readonly errorsOnly: string;
    readonly asFile: string;
    readonly more: string;
    readonly runningNow: string;
    readonly newestRuns: string;
    readonly watch: string;
    readonly watchToo: string;
    readonly addAndWatch: string;
    readonly stopWatching: string;
    readonly watchForRerun: string;
    readonly keepWatching: string;
    readonly status: string;
    readonly useMyDm: string;
    /** Of a list: `Watch 2 runs`. */
    watchRuns(count: number): string;
    watchMore(count: number): string;
    stop(name: string): string;
    run(command: string): string;
  };
}

/**
 * Every word people see, once per language. A string missing in one language fails the compiler.
 * Functions get spans for names, so that outside text reaches Slack only through them.
 */
export interface Catalog
  extends RunWords,
    SearchWords,
    LogWords,
    WatchWords,
    EventWords,
    CardWords,
    NoteWords,
    NoticeWords,
    HelpWords,
    DoctorWords,
    ButtonWords {
  readonly locale: Locale;
}

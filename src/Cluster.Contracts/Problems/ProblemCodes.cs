namespace Cluster.Contracts.Problems;

/// <summary>The stable codes of refusals (<c>code</c> of a problem). docs/problems.md says what to do about each.</summary>
public static class ProblemCodes
{
    /// <summary>The request cannot be read: 400 without a closer reason.</summary>
    public const string Malformed = "malformed";

    /// <summary>A parameter or header has a form that cannot be read.</summary>
    public const string MalformedRequest = "malformed-request";

    /// <summary>The body is not JSON, or is nested deeper than 32.</summary>
    public const string NotJson = "not-json";

    /// <summary>The body is not the multipart/form-data that its header promises.</summary>
    public const string NotMultipart = "not-multipart";

    /// <summary>422 without a closer reason.</summary>
    public const string Invalid = "invalid";

    /// <summary>The JSON does not fit; every member that is wrong is listed in <c>errors</c>.</summary>
    public const string InvalidDocument = "invalid-document";

    /// <summary>A query parameter or header breaks a rule.</summary>
    public const string InvalidParameter = "invalid-parameter";

    /// <summary>An Idempotency-Key has 1 to 255 visible ASCII characters.</summary>
    public const string InvalidIdempotencyKey = "invalid-idempotency-key";

    /// <summary>The request holds a character that no text here may hold.</summary>
    public const string ForbiddenCharacter = "forbidden-character";

    /// <summary>The path does not have this method.</summary>
    public const string MethodNotAllowed = "method-not-allowed";

    /// <summary>There is no representation that the caller accepts.</summary>
    public const string NotAcceptable = "not-acceptable";

    /// <summary>The body's media type is not read here.</summary>
    public const string UnsupportedMediaType = "unsupported-media-type";

    /// <summary>The request did not arrive in time.</summary>
    public const string Timeout = "timeout";

    /// <summary>A body without a length is not read here (RFC 9110, 15.5.12).</summary>
    public const string LengthRequired = "length-required";

    /// <summary>The request line is longer than the manager reads (RFC 9110, 15.5.15).</summary>
    public const string UriTooLong = "uri-too-long";

    /// <summary>The header fields are larger or more than the manager reads (RFC 6585, 5).</summary>
    public const string HeadersTooLarge = "headers-too-large";

    /// <summary>The version of HTTP is not spoken here (RFC 9110, 15.6.6).</summary>
    public const string VersionNotSupported = "version-not-supported";

    /// <summary>The body is larger than this operation reads.</summary>
    public const string BodyTooLarge = "body-too-large";

    /// <summary>The body or the uploaded file is larger than is read at all.</summary>
    public const string TooLarge = "too-large";

    /// <summary>The operation takes effect at once and takes no change set.</summary>
    public const string NotStageable = "not-stageable";

    /// <summary>There is no valid token.</summary>
    public const string Unauthenticated = "unauthenticated";

    /// <summary>The token's grants do not allow it.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>It does not exist, or not for this token.</summary>
    public const string NotFound = "not-found";

    /// <summary>The token, or the address, asks too fast.</summary>
    public const string RateLimited = "rate-limited";

    /// <summary>429 without a closer reason.</summary>
    public const string Busy = "busy";

    /// <summary>The cluster has as much as it may: see <c>quota</c> and <c>limit</c>.</summary>
    public const string QuotaExceeded = "quota-exceeded";

    /// <summary>Many keys are being made.</summary>
    public const string KeyQueueFull = "key-queue-full";

    /// <summary>The key was used with another body within 24 h.</summary>
    public const string IdempotencyKeyReused = "idempotency-key-reused";

    /// <summary>The first request took effect; its answer was lost.</summary>
    public const string IdempotencyAnswerLost = "idempotency-answer-lost";

    /// <summary>A bug of the manager.</summary>
    public const string Internal = "internal";

    /// <summary>503 without a closer reason.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>The database does not answer.</summary>
    public const string DatabaseUnavailable = "database-unavailable";

    /// <summary>The database is older than what the manager has seen.</summary>
    public const string DatabaseBehind = "database-behind";

    /// <summary>The database was migrated by a newer manager.</summary>
    public const string DatabaseNewer = "database-newer";

    /// <summary>412 without a closer reason.</summary>
    public const string PreconditionFailed = "precondition-failed";

    /// <summary><c>If-Match</c> failed.</summary>
    public const string ChangedMeanwhile = "changed-meanwhile";

    /// <summary><c>If-None-Match</c> failed.</summary>
    public const string ExistsAlready = "exists-already";

    /// <summary>Another object of the kind has the name.</summary>
    public const string NameTaken = "name-taken";

    /// <summary>Something refers to it: see <c>references</c>.</summary>
    public const string InUse = "in-use";

    /// <summary>Machines are in the cluster: see <c>references</c>.</summary>
    public const string ClusterInUse = "cluster-in-use";

    /// <summary>Machines are in the group: see <c>references</c>.</summary>
    public const string GroupInUse = "group-in-use";

    /// <summary>A rollback would take away a group that holds machines.</summary>
    public const string GroupNotEmpty = "group-not-empty";

    /// <summary>The change would introduce errors: see <c>findings</c>.</summary>
    public const string ValidationFailed = "validation-failed";

    /// <summary>The change is dangerous: see <c>acknowledge</c>.</summary>
    public const string AcknowledgementRequired = "acknowledgement-required";

    /// <summary>The change set is empty, or changes nothing.</summary>
    public const string NothingToCommit = "nothing-to-commit";

    /// <summary>Items changed since they were staged: see <c>conflicts</c>.</summary>
    public const string Conflict = "conflict";

    /// <summary>Later revisions changed the same items: see <c>conflicts</c>.</summary>
    public const string ChangedLater = "changed-later";

    /// <summary>The change set is committed or abandoned.</summary>
    public const string ChangeSetClosed = "change-set-closed";

    /// <summary>The change set holds as many edits as it may.</summary>
    public const string TooManyEdits = "too-many-edits";

    /// <summary>The level does not define it; <c>inheritedFrom</c> names the one that does.</summary>
    public const string NotDefinedAtLevel = "not-defined-at-level";

    /// <summary>The target level defines it already.</summary>
    public const string ExistsAtLevel = "exists-at-level";

    /// <summary>The name is hidden at this level.</summary>
    public const string Hidden = "hidden";

    /// <summary>The layer of a departed machine is read-only.</summary>
    public const string LayerDeparted = "layer-departed";

    /// <summary>A machine has shown a history that this database does not know.</summary>
    public const string ClusterForked = "cluster-forked";

    /// <summary>A revision waits to be confirmed.</summary>
    public const string ConfirmationPending = "confirmation-pending";

    /// <summary>The revision does not wait to be confirmed.</summary>
    public const string NotAwaitingConfirmation = "not-awaiting-confirmation";

    /// <summary>The rollout is not in a state in which this can be done.</summary>
    public const string RolloutState = "rollout-state";

    /// <summary>Something was committed after the rollout's revision, so it cannot be rolled back alone.</summary>
    public const string RolloutNotNewest = "rollout-not-newest";

    /// <summary>The rollout has moved every machine already.</summary>
    public const string RolloutNotPausable = "rollout-not-pausable";

    /// <summary>There is no such certificate yet; PUT makes none.</summary>
    public const string CreateOrImportFirst = "create-or-import-first";

    /// <summary>The data holds no certificate.</summary>
    public const string NoCertificate = "no-certificate";

    /// <summary>A private key is needed and is not there.</summary>
    public const string NoPrivateKey = "no-private-key";

    /// <summary>There are several private keys: see <c>keys</c>.</summary>
    public const string ChooseKey = "choose-key";

    /// <summary>The chosen key is not in the data: see <c>keys</c>.</summary>
    public const string KeyNotFound = "key-not-found";

    /// <summary>No certificate belongs to the private key.</summary>
    public const string NoCertificateForKey = "no-certificate-for-key";

    /// <summary>The certificate belongs to no key of this name and level: see <c>fits</c>.</summary>
    public const string KeyUnknown = "key-unknown";

    /// <summary>A version with this key is marked compromised.</summary>
    public const string KeyCompromised = "key-compromised";

    /// <summary>The version was destroyed: its content is gone for good.</summary>
    public const string VersionDestroyed = "version-destroyed";

    /// <summary>The signing request is fulfilled or cancelled.</summary>
    public const string RequestClosed = "request-closed";

    /// <summary>The uploaded file is encrypted, and no password came.</summary>
    public const string MissingPassword = "missing-password";

    /// <summary>The password does not open the uploaded file.</summary>
    public const string WrongPassword = "wrong-password";

    /// <summary>The uploaded file is truncated or damaged.</summary>
    public const string Damaged = "damaged";

    /// <summary>A certificate of the uploaded file is whole, and something in it is wrong that no peer takes.</summary>
    public const string MalformedCertificate = "malformed-certificate";

    /// <summary>The uploaded file is of no known format.</summary>
    public const string UnknownFormat = "unknown-format";

    /// <summary>The uploaded file is of a known format that is not read.</summary>
    public const string UnsupportedFormat = "unsupported-format";

    /// <summary>The uploaded file uses an algorithm that is not read.</summary>
    public const string UnsupportedAlgorithm = "unsupported-algorithm";

    /// <summary>The uploaded file holds neither certificate nor key.</summary>
    public const string NothingInside = "nothing-inside";

    /// <summary>The uploaded file is empty.</summary>
    public const string Empty = "empty";

    /// <summary>The uploaded file asks for more computation than is spent on one.</summary>
    public const string TooExpensive = "too-expensive";

    /// <summary>The machine is not a member of the cluster now.</summary>
    public const string MachineNotJoined = "machine-not-joined";

    /// <summary>The machine has departed: it can be read, come back, or be forgotten.</summary>
    public const string MachineDeparted = "machine-departed";

    /// <summary>The machine is banned; unban it first.</summary>
    public const string MachineBanned = "machine-banned";

    /// <summary>Only a banned machine can be unbanned.</summary>
    public const string MachineNotBanned = "machine-not-banned";

    /// <summary>The machine is not waiting for approval.</summary>
    public const string MachineNotPending = "machine-not-pending";

    /// <summary>The machine is still a member.</summary>
    public const string MachineNotDeparted = "machine-not-departed";

    /// <summary>The key to approve is not the one that the machine joined with.</summary>
    public const string KeyMismatch = "key-mismatch";

    /// <summary>Every code.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Malformed, MalformedRequest, NotJson, NotMultipart, Invalid, InvalidDocument, InvalidParameter,
        InvalidIdempotencyKey, ForbiddenCharacter, MethodNotAllowed, NotAcceptable, UnsupportedMediaType,
        Timeout,
        LengthRequired,
        UriTooLong,
        HeadersTooLarge,
        VersionNotSupported,
        BodyTooLarge,
        TooLarge,
        NotStageable,
        Unauthenticated,
        Forbidden,
        NotFound,
        RateLimited,
        Busy,
        QuotaExceeded,
        KeyQueueFull, IdempotencyKeyReused, IdempotencyAnswerLost, Internal, Unavailable, DatabaseUnavailable,
        DatabaseBehind, DatabaseNewer, PreconditionFailed, ChangedMeanwhile, ExistsAlready, NameTaken, InUse,
        ClusterInUse, GroupInUse, GroupNotEmpty, ValidationFailed, AcknowledgementRequired, NothingToCommit, Conflict,
        ChangedLater, ChangeSetClosed, TooManyEdits, NotDefinedAtLevel, ExistsAtLevel, Hidden, LayerDeparted,
        ClusterForked, ConfirmationPending, NotAwaitingConfirmation, RolloutState, RolloutNotNewest,
        RolloutNotPausable, CreateOrImportFirst, NoCertificate, NoPrivateKey, ChooseKey, KeyNotFound,
        NoCertificateForKey, KeyUnknown, KeyCompromised, VersionDestroyed, RequestClosed, MissingPassword,
        WrongPassword, Damaged, MalformedCertificate, UnknownFormat, UnsupportedFormat, UnsupportedAlgorithm, NothingInside, Empty,
        TooExpensive, MachineNotJoined, MachineDeparted, MachineBanned, MachineNotBanned,
        MachineNotPending, MachineNotDeparted, KeyMismatch,
    ];
}

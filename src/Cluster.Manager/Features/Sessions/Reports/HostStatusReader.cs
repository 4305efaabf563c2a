using Cluster.Contracts.Machines;
using Cluster.Domain.Reports;
using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Manager.Features.Sessions.Reports;

/// <summary>Reads what the protocol says as what the manager keeps. The only place that knows a status as a message.</summary>
internal static class HostStatusReader
{
    private const char ReplacementCharacter = '\uFFFD';

    /// <summary>Reads a status; of two services with one name the first counts.</summary>
    public static HostStatus Read(StatusVector status) => new()
    {
        Services = [.. status.Services.DistinctBy(s => s.Name, StringComparer.Ordinal).Select(Read)],
        Hold = status.Hold is { } hold ? Read(hold) : null,
        LocalProblem = Text(status.LocalProblem),
    };

    private static HoldReport Read(Hold hold) => new(At(hold.Since), hold.Until == 0 ? null : At(hold.Until));

    private static ServiceReport Read(ServiceStatus service) => new()
    {
        Name = Text(service.Name),
        Applied = service.Applied is { } applied
            ? new PartReport(Hex(applied.PartSha256), (long)applied.Number, (long)applied.Revision, At(applied.At))
            : null,
        Attempted = service.Attempted is { } attempted ? Read(attempted) : null,
        Verified = service.Verified is { } verified ? Read(verified) : null,
        Refused = [.. service.Refused.Select(r => new RefusedReport(Text(r.Kind), Text(r.Name), Text(r.Code), Text(r.Message)))],
        Running = service.Running,
        Applying = service.Applying,
        Drift = [.. service.Drift.Select(Read)],
        Plan = Text(service.Plan),
        Warnings = [.. service.Warnings.Select(Text)],
    };

    private static DriftReport Read(Protocol.V1.Drift drift) => new(Text(drift.Path), Text(drift.What), At(drift.Since))
    {
        Kind = OrNull(Text(drift.Kind)),
        Name = OrNull(Text(drift.Name)),
        Intended = OrNull(Text(drift.Intended)),
        OnDisk = OrNull(Text(drift.OnDisk)),
        OnWire = OrNull(Text(drift.OnWire)),
        FileModifiedAt = drift.FileModifiedAt == 0 ? null : At(drift.FileModifiedAt),
        FileOwner = OrNull(Text(drift.FileOwner)),
    };

    private static AttemptReport Read(Attempted attempted)
    {
        var error = attempted.Error is { } e ? new ErrorReport(Text(e.Code), KindOf(e.Kind), Text(e.Check), Text(e.Message)) : null;
        return new AttemptReport(Hex(attempted.PartSha256), (long)attempted.Number, (long)attempted.Revision, At(attempted.At), error);
    }

    private static ProofReport Read(Verified verified) =>
        new(Hex(verified.PartSha256), (long)verified.Number, (long)verified.Revision, At(verified.At), MethodOf(verified.Method))
        {
            Endpoints = [.. verified.Endpoints.Select(Read)],
            Detail = Text(verified.Detail),
        };

    private static EndpointReport Read(EndpointProof proof) => new()
    {
        Kind = Text(proof.Kind),
        Name = Text(proof.Name),
        Address = Text(proof.Address),
        Port = (int)proof.Port,
        Method = MethodOf(proof.Method),
        At = At(proof.At),
        LeafSha256 = OrNull(Hex(proof.LeafSha256)),
        SerialNumber = OrNull(Text(proof.SerialNumber)),
        Protocol = OrNull(Text(proof.Protocol)),
        Detail = Text(proof.Detail),
    };

    private static ApplyFailureKind KindOf(FailureKind kind) =>
        kind == FailureKind.Final ? ApplyFailureKind.Final : ApplyFailureKind.Transient;

    private static VerificationMethod MethodOf(ProofMethod method) => method switch
    {
        ProofMethod.Wire => VerificationMethod.Wire,
        ProofMethod.Loaded => VerificationMethod.Loaded,
        ProofMethod.Pending => VerificationMethod.Pending,
        _ => VerificationMethod.NotCheckable,
    };

    private static DateTimeOffset At(long unixMilliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(unixMilliseconds, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);

    // PostgreSQL stores no U+0000, and a host's words must not keep a rollout from being stored.
    private static string Text(string text) => text.Replace('\0', ReplacementCharacter);

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}

using Cluster.Contracts.Machines;
using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Manager.Features.Machines;

/// <summary>Shows the services of a machine: those that it announces, those that it reports and those that it should run.</summary>
internal static class ServiceView
{
    /// <summary>Shows all of them, by name.</summary>
    public static IReadOnlyList<ServiceShape> All(MachineRow row, StatusVector status, Hello hello)
    {
        var wanted = (row.Bundle?.Parts ?? []).ToDictionary(p => p.Service, p => p.Sha256, StringComparer.Ordinal);
        var reported = status.Services.ToDictionary(s => s.Name, StringComparer.Ordinal);
        var drivers = hello.Services.ToDictionary(s => s.Name, s => s.Driver, StringComparer.Ordinal);
        return [.. wanted.Keys.Union(reported.Keys).Union(drivers.Keys).Order(StringComparer.Ordinal)
            .Select(name => Show(name, drivers.GetValueOrDefault(name, string.Empty), wanted.GetValueOrDefault(name), reported.GetValueOrDefault(name) ?? new ServiceStatus()))];
    }

    /// <summary>An instant of the agent protocol.</summary>
    public static DateTimeOffset At(long unixMilliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(unixMilliseconds, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    private static ServiceShape Show(string name, string driver, string? wanted, ServiceStatus status) => new()
    {
        Name = name,
        Driver = driver,
        Running = status.Running,
        Desired = wanted is null ? null : new DesiredPartShape { Part = wanted },
        Applied = status.Applied is { } applied
            ? new AppliedPartShape { Part = Hex(applied.PartSha256), Number = (long)applied.Number, Revision = (long)applied.Revision, At = At(applied.At) }
            : null,
        Attempted = status.Attempted is { } attempted ? Attempt(attempted) : null,
        Verified = status.Verified is { } verified ? Proof(verified) : null,
        Plan = Text(status.Plan),
        Warnings = status.Warnings.Count == 0 ? null : [.. status.Warnings],
    };

    private static AttemptedPartShape Attempt(Attempted attempted) => new()
    {
        Part = Hex(attempted.PartSha256),
        Number = (long)attempted.Number,
        Revision = (long)attempted.Revision,
        At = At(attempted.At),
        Error = attempted.Error is { } error
            ? new ApplyErrorShape { Code = error.Code, Kind = error.Kind == FailureKind.Final ? ApplyFailureKind.Final : ApplyFailureKind.Transient, Check = error.Check, Message = error.Message }
            : null,
    };

    private static VerifiedPartShape Proof(Verified verified) => new()
    {
        Part = Hex(verified.PartSha256),
        Number = (long)verified.Number,
        Revision = (long)verified.Revision,
        At = At(verified.At),
        Method = Method(verified.Method),
        Sha256 = verified.Listeners.Select(l => Text(Hex(l.LeafSha256))).FirstOrDefault(h => h is not null),
        Detail = Text(verified.Detail),
        Listeners = verified.Listeners.Count == 0 ? null : [.. verified.Listeners.Select(Seen)],
    };

    private static ListenerProofShape Seen(ListenerProof proof) => new()
    {
        Listener = proof.Listener,
        Address = proof.Address,
        Method = Method(proof.Method),
        Sha256 = Text(Hex(proof.LeafSha256)),
        SerialNumber = Text(proof.SerialNumber),
        Protocol = Text(proof.Protocol),
        Detail = Text(proof.Detail),
    };

    private static VerificationMethod Method(ProofMethod method) => method switch
    {
        ProofMethod.Wire => VerificationMethod.Wire,
        ProofMethod.Loaded => VerificationMethod.Loaded,
        ProofMethod.Pending => VerificationMethod.Pending,
        _ => VerificationMethod.NotCheckable,
    };

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);

    private static string? Text(string text) => text.Length == 0 ? null : text;
}

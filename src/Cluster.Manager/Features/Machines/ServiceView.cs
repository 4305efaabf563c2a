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
        var announced = hello.Services.ToDictionary(s => s.Name, StringComparer.Ordinal);
        return [.. wanted.Keys.Union(reported.Keys).Union(announced.Keys).Order(StringComparer.Ordinal)
            .Select(name => Show(
                announced.GetValueOrDefault(name) ?? new ServiceAnnouncement { Name = name },
                wanted.GetValueOrDefault(name),
                reported.GetValueOrDefault(name) ?? new ServiceStatus()))];
    }

    /// <summary>An instant of the agent protocol.</summary>
    public static DateTimeOffset At(long unixMilliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(unixMilliseconds, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    private static ServiceShape Show(ServiceAnnouncement service, string? wanted, ServiceStatus status) => new()
    {
        Name = service.Name,
        Driver = service.Driver,
        Running = status.Running,
        Desired = wanted is null ? null : new DesiredPartShape { Part = wanted },
        Applied = status.Applied is { } applied
            ? new AppliedPartShape { Part = Hex(applied.PartSha256), Number = (long)applied.Number, Revision = (long)applied.Revision, At = At(applied.At) }
            : null,
        Attempted = status.Attempted is { } attempted ? Attempt(attempted) : null,
        Verified = status.Verified is { } verified ? Proof(verified) : null,
        Endpoints = [.. service.Endpoints.Select(e => Show(e, status.Verified?.Endpoints.FirstOrDefault(p => p.Kind == e.Kind && p.Name == e.Name)))],
        Refused = [.. status.Refused.Select(r => new RefusedItemShape { Kind = r.Kind, Name = r.Name, Code = r.Code, Message = r.Message })],
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
        Sha256 = verified.Endpoints.Select(l => Text(Hex(l.LeafSha256))).FirstOrDefault(h => h is not null),
        Detail = Text(verified.Detail),
    };

    private static ServiceEndpointShape Show(Protocol.V1.Endpoint endpoint, EndpointProof? proof) => new()
    {
        Kind = endpoint.Kind,
        Name = endpoint.Name,
        Address = endpoint.Address,
        Port = (int)endpoint.Port,
        Proof = proof is null ? null : Seen(proof),
    };

    private static EndpointProofShape Seen(EndpointProof proof) => new()
    {
        Method = Method(proof.Method),
        At = At(proof.At),
        Address = proof.Address,
        Port = (int)proof.Port,
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

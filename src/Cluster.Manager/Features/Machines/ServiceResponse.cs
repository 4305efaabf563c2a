using Cluster.Contracts.Machines;
using Cluster.Domain.Reports;
using Cluster.Manager.Features.Fleet;
using Cluster.Protocol.V1;

namespace Cluster.Manager.Features.Machines;

/// <summary>Shows the services of a machine: those that it announces, those that it reports and those that it should run.</summary>
internal static class ServiceResponse
{
    /// <summary>Shows all of them, by name.</summary>
    public static IReadOnlyList<ServiceShape> All(MachineRow row, Hello hello)
    {
        var wanted = (row.Bundle?.Parts ?? []).ToDictionary(p => p.Service, p => p.Sha256, StringComparer.Ordinal);
        var announced = hello.Services.ToDictionary(s => s.Name, StringComparer.Ordinal);
        return [.. wanted.Keys.Union(row.Status.Services.Select(s => s.Name)).Union(announced.Keys).Order(StringComparer.Ordinal)
            .Select(name => Show(
                announced.GetValueOrDefault(name) ?? new ServiceAnnouncement { Name = name },
                wanted.GetValueOrDefault(name),
                row.Status.Find(name) ?? new ServiceReport { Name = name }))];
    }

    private static ServiceShape Show(ServiceAnnouncement service, string? wanted, ServiceReport report) => new()
    {
        Name = service.Name,
        Driver = service.Driver,
        Running = report.Running,
        Desired = wanted is null ? null : new DesiredPartShape { Part = wanted },
        Applied = report.Applied is { } applied
            ? new AppliedPartShape { Part = applied.Part, Number = applied.Number, Revision = applied.Revision, At = applied.At }
            : null,
        Attempted = report.Attempted is { } attempted ? Show(attempted) : null,
        Verified = report.Verified is { } verified ? Show(verified) : null,
        Endpoints = [
            .. service.Endpoints.Select(e => Show(e, report.Verified?.Endpoints.FirstOrDefault(p => p.Kind == e.Kind && p.Name == e.Name)))
        ],
        Refused = [
            .. report.Refused.Select(r => new RefusedItemShape { Kind = r.Kind, Name = r.Name, Code = r.Code, Message = r.Message })
        ],
        Plan = OrNull(report.Plan),
        Warnings = report.Warnings.Count == 0 ? null : report.Warnings,
    };

    private static AttemptedPartShape Show(AttemptReport attempted) => new()
    {
        Part = attempted.Part,
        Number = attempted.Number,
        Revision = attempted.Revision,
        At = attempted.At,
        Error = attempted.Error is { } error
            ? new ApplyErrorShape { Code = error.Code, Kind = error.Kind, Check = error.Check, Message = error.Message }
            : null,
    };

    private static VerifiedPartShape Show(ProofReport verified) => new()
    {
        Part = verified.Part,
        Number = verified.Number,
        Revision = verified.Revision,
        At = verified.At,
        Method = verified.Method,
        Sha256 = verified.Endpoints.Select(e => e.LeafSha256).FirstOrDefault(h => h is not null),
        Detail = OrNull(verified.Detail),
    };

    private static ServiceEndpointShape Show(Protocol.V1.Endpoint endpoint, EndpointReport? proof) => new()
    {
        Kind = endpoint.Kind,
        Name = endpoint.Name,
        Address = endpoint.Address,
        Port = (int)endpoint.Port,
        Proof = proof is null ? null : Show(proof),
    };

    private static EndpointProofShape Show(EndpointReport proof) => new()
    {
        Method = proof.Method,
        At = proof.At,
        Address = proof.Address,
        Port = proof.Port,
        Sha256 = proof.LeafSha256,
        SerialNumber = proof.SerialNumber,
        Protocol = proof.Protocol,
        Detail = OrNull(proof.Detail),
    };

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}

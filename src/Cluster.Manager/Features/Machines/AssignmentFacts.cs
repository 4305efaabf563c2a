using Cluster.Contracts.Machines;
using Cluster.Contracts.Rollouts;
using Cluster.Domain.Rollouts;
using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Manager.Features.Machines;

/// <summary>What the vector of services says of a whole machine: the newest assignment of which every part is applied, or proven.</summary>
internal sealed class AssignmentFacts
{
    private readonly MachineRow row;
    private readonly Dictionary<string, ServiceStatus> services;
    private readonly IReadOnlyList<WantedPart> wanted;
    private readonly bool reached;

    public AssignmentFacts(MachineRow row, StatusVector status, bool reached)
    {
        this.row = row;
        this.reached = reached;
        services = status.Services.ToDictionary(s => s.Name, StringComparer.Ordinal);
        wanted = [.. (row.Bundle?.Parts ?? []).Select(p => new WantedPart(p.Service, p.Sha256))];
        Progress = MachineProgress.Of(new MachineProgressInput
        {
            Reached = reached,
            Number = row.Desired?.Number ?? 0,
            Newest = row.Desired?.Number ?? 0,
            Wanted = wanted,
            Services = [.. status.Services.Select(Report)],
        });
    }

    /// <summary>How far the machine is on the way to desired.</summary>
    public RolloutMachineState Progress { get; }

    /// <summary>What it should run.</summary>
    public AssignmentShape? Desired => row.Desired is { } desired
        ? new AssignmentShape { Number = desired.Number, Revision = desired.Revision, Bundle = desired.BundleHash, At = desired.At }
        : null;

    /// <summary>The newest assignment of which every part is applied.</summary>
    public AssignmentShape? Applied => Newest(s => s.Applied is { } a ? new Fact(Hex(a.PartSha256), (long)a.Number, (long)a.Revision, a.At) : null);

    /// <summary>The newest assignment of which every part is proven; a part of which items are refused is not.</summary>
    public AssignmentShape? Verified => Newest(s => s is { Refused.Count: 0, Verified: { } v } ? new Fact(Hex(v.PartSha256), (long)v.Number, (long)v.Revision, v.At) : null);

    /// <summary>The newest assignment that any service has attempted.</summary>
    public AssignmentShape? Attempted => services.Values.Select(s => s.Attempted).OfType<Attempted>().MaxBy(a => a.Number) is { } newest
        ? new AssignmentShape { Number = (long)newest.Number, Revision = (long)newest.Revision, At = ServiceView.At(newest.At) }
        : null;

    // A part that did not change keeps the number of the assignment that brought it until the agent has looked at the newer one; who is not reached cannot.
    private AssignmentShape? Newest(Func<ServiceStatus, Fact?> factOf)
    {
        var facts = wanted.Select(w => (Wanted: w.Part, Fact: services.TryGetValue(w.Service, out var s) ? factOf(s) : null)).ToList();
        if (row.Desired is null || facts.Exists(f => f.Fact is null)) return null;
        if (facts.TrueForAll(f => IsSettled(f.Wanted, f.Fact!))) return Desired! with { At = facts.Count == 0 ? row.Desired.At : ServiceView.At(facts.Max(f => f.Fact!.At)) };
        var oldest = facts.Where(f => !IsSettled(f.Wanted, f.Fact!)).Select(f => f.Fact!).MinBy(f => f.Number)!;
        return new AssignmentShape { Number = oldest.Number, Revision = oldest.Revision, At = ServiceView.At(oldest.At) };
    }

    private bool IsSettled(string part, Fact fact) => fact.Part == part && (!reached || fact.Number == row.Desired!.Number);

    private static ServiceProgress Report(ServiceStatus status) => new()
    {
        Service = status.Name,
        AppliedPart = status.Applied is { } applied ? Hex(applied.PartSha256) : null,
        AppliedNumber = (long)(status.Applied?.Number ?? 0),
        AttemptedPart = status.Attempted is { } attempted ? Hex(attempted.PartSha256) : null,
        AttemptedNumber = (long)(status.Attempted?.Number ?? 0),
        AttemptedError = status.Attempted?.Error?.Code,
        VerifiedPart = status.Verified is { } verified ? Hex(verified.PartSha256) : null,
        HasRefusedItems = status.Refused.Count > 0,
        Applying = status.Applying,
    };

    private static string Hex(ByteString bytes) => Convert.ToHexStringLower(bytes.Span);

    private sealed record Fact(string Part, long Number, long Revision, long At);
}

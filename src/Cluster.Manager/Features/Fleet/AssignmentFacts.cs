using Cluster.Contracts.Machines;
using Cluster.Contracts.Rollouts;
using Cluster.Domain.Reports;
using Cluster.Domain.Rollouts;

namespace Cluster.Manager.Features.Fleet;

/// <summary>
/// What the services of a machine say of the whole machine: the newest assignment of which every part is applied, or proven.
/// </summary>
internal sealed class AssignmentFacts
{
    private readonly MachineRow row;
    private readonly HostStatus status;
    private readonly IReadOnlyList<WantedPart> wanted;
    private readonly bool reached;

    /// <summary>Gathers them.</summary>
    /// <param name="row">The machine.</param>
    /// <param name="reached">Whether its agent is connected and may be given anything.</param>
    public AssignmentFacts(MachineRow row, bool reached)
    {
        this.row = row;
        this.reached = reached;
        status = row.Status;
        wanted = [.. (row.Bundle?.Parts ?? []).Select(p => new WantedPart(p.Service, p.Sha256))];
        Progress = MachineProgress.Of(new MachineProgressInput
        {
            Reached = reached,
            Number = row.Desired?.Number ?? 0,
            Newest = row.Desired?.Number ?? 0,
            UnchangedSince = row.Desired?.UnchangedSince ?? 0,
            Wanted = wanted,
            Services = status.Services,
        });
    }

    /// <summary>How far the machine is on the way to desired.</summary>
    public RolloutMachineState Progress { get; }

    /// <summary>What it should run.</summary>
    public AssignmentShape? Desired => row.Desired is { } desired
        ? new AssignmentShape { Number = desired.Number, Revision = desired.Revision, Bundle = desired.BundleHash, At = desired.At }
        : null;

    /// <summary>The newest assignment of which every part is applied.</summary>
    public AssignmentShape? Applied => Newest(s => s.Applied);

    /// <summary>The newest assignment of which every part is proven; a part of which items are refused is not.</summary>
    public AssignmentShape? Verified =>
        Newest(s => s is { Refused.Count: 0, Verified: { } v } ? new PartReport(v.Part, v.Number, v.Revision, v.At) : null);

    /// <summary>The newest assignment that any service has attempted.</summary>
    public AssignmentShape? Attempted => status.Services.Select(s => s.Attempted).OfType<AttemptReport>().MaxBy(a => a.Number) is { } newest
        ? new AssignmentShape { Number = newest.Number, Revision = newest.Revision, At = newest.At }
        : null;

    // A part that did not change keeps the number of the assignment that brought it until the agent has looked at the newer one;
    // who is not reached cannot, and may have gone on to anything that it was given since it reported.
    private AssignmentShape? Newest(Func<ServiceReport, PartReport?> factOf)
    {
        var facts = wanted.Select(w => (Wanted: w.Part, Fact: status.Find(w.Service) is { } service ? factOf(service) : null)).ToList();
        if (row.Desired is null || facts.Exists(f => f.Fact is null)) return null;
        if (facts.TrueForAll(f => IsSettled(f.Wanted, f.Fact!)))
            return Desired! with { At = facts.Count == 0 ? row.Desired.At : facts.Max(f => f.Fact!.At) };
        var oldest = facts.Where(f => !IsSettled(f.Wanted, f.Fact!)).Select(f => f.Fact!).MinBy(f => f.Number)!;
        return new AssignmentShape { Number = oldest.Number, Revision = oldest.Revision, At = oldest.At };
    }

    private bool IsSettled(string part, PartReport fact) =>
        fact.Part == part && (reached ? fact.Number == row.Desired!.Number : fact.Number >= row.Desired!.UnchangedSince);
}

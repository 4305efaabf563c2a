using System.Globalization;
using Cluster.Contracts.Json;
using Cluster.Storage.Fleet;

namespace Cluster.Manager.Features.Rollouts.Assignments;

/// <summary>What an assignment is made from besides the revision; when it changes, desired follows with a new assignment.</summary>
internal static class AssignmentInputs
{
    /// <summary>Hash over group, capabilities, mode, generation in use, epoch and attempt.</summary>
    public static string Hash(Machine machine, MachineReport? report, Guid epochId) => CanonicalJson.Sha256(string.Create(
        CultureInfo.InvariantCulture,
        $"{machine.GroupId:N}|{report?.CapabilityHash}|{machine.Mode}|{GenerationInUse(machine, report)}|{epochId:N}|{machine.Attempt}"));

    /// <summary>The generation that assignments are signed for: the one that reported last, else the one that was issued.</summary>
    public static int GenerationInUse(Machine machine, MachineReport? report) =>
        report is { Generation: > 0 } ? report.Generation : machine.Generation;
}

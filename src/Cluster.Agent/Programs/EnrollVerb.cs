using Cluster.Agent.Apply;
using Cluster.Agent.Configuration;
using Cluster.Agent.Enrollment;
using Cluster.Agent.State;
using Cluster.Agent.Trust;
using Cluster.Contracts.Failpoints;
using Cluster.Contracts.Files;

namespace Cluster.Agent.Programs;

/// <summary>What join and rejoin have in common: ask, then store so that a crash at any point leaves a host that can do it again.</summary>
internal static class EnrollVerb
{
    /// <summary>Reads the local file, takes the state lock, and runs the verb.</summary>
    public static async Task<int> RunAsync(StateDirectory directory, string config, Func<IdentityStore, FileOwner?, Task<int>> verb)
    {
        var (local, problems) = LocalFileReader.Read(config);
        if (local is null) return Speech.Fail(ExitCodes.Usage, string.Join('\n', problems));
        try
        {
            var owner = SessionOwner(local);
            directory.Prepare(owner);
            using var held = StateLock.TryTake(directory);
            if (held is null) return Speech.Fail(ExitCodes.Conflict, "An agent runs with this state directory; stop it first.");
            directory.Sweep();
            return await verb(new IdentityStore(directory, owner), owner);
        }
        catch (Exception e) when (e is DamagedStateException or IOException or UnauthorizedAccessException)
        {
            return Speech.Fail(e);
        }
    }

    /// <summary>Who the session process runs as; null = as this process.</summary>
    public static FileOwner? SessionOwner(LocalFile local) =>
        Privileges.IsRoot && local.SessionUser is { } user ? Privileges.Find(user) : null;

    /// <summary>
    /// Asks for the identity and stores it: trust and membership first, the identity last, so that its presence means "joined".
    /// </summary>
    public static async Task<int> EnrollAsync(
        StateDirectory directory, IdentityStore identities, FileOwner? owner, JoinOrder order, CancellationToken ct)
    {
        var result = await new Joining(identities, TimeProvider.System).AskAsync(order, ct);
        if (!result.Succeeded) return Speech.Fail(result.Failure.ExitCode, result.Failure.Message);
        Failpoint.Reach(FailpointNames.JoinAnswered);
        var (identity, trust) = (result.Value.Identity, result.Value.Trust!);
        var store = new ApplyStore(directory);
        var before = store.Membership();
        if (before is not null && before.MachineId != identity.MachineId) store.SetAssignmentsAside();
        new TrustStore(directory.Session, owner).Save(trust);
        new TrustStore(directory.Apply, owner: null).Save(trust);
        store.Save(new Membership
        {
            ClusterId = identity.ClusterId,
            MachineId = identity.MachineId,
            MachineName = identity.MachineName,
            RootPin = identity.RootPin,
            JoinedGeneration = identity.Generation,
            Generation = identity.Generation,
        });
        Failpoint.Reach(FailpointNames.MembershipStored);
        identities.SaveCurrent(identity);
        Console.WriteLine(
            $"Joined as {identity.MachineName} ({identity.MachineId}) in group {result.Value.Group}, cluster {identity.ClusterId}.");
        if (result.Value.Pending) Console.WriteLine("An administrator must approve this machine's key before it gets settings.");
        return ExitCodes.Ok;
    }
}

using Cluster.Protocol.V1;

namespace Cluster.Agent.Apply;

/// <summary>
/// Carries out what administrators ordered, and says by its id that it is done. An order that a crash interrupts was not
/// acknowledged and comes again; the same one on another stream is not carried out twice.
/// </summary>
internal sealed class Orders(HostState state, Reconciler reconciler)
{
    private ulong newest;

    /// <summary>Takes the orders that stand; they contain what was not acknowledged of those before.</summary>
    public void Take(Command command)
    {
        if (command.Id == 0 || command.Id == newest) return;
        newest = command.Id;
        _ = CarryOutAsync(command);
    }

    private async Task CarryOutAsync(Command command)
    {
        var steps = command.Unmanage.Select(reconciler.UnmanageAsync).ToList();
        if (command.Check) steps.Add(reconciler.CheckAsync());
        await Task.WhenAll(steps);
        if (command.Id == newest) state.NoteOrdersDone(command.Id);
    }
}

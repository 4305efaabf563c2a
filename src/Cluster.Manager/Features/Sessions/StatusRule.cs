using Cluster.Storage.Fleet;

namespace Cluster.Manager.Features.Sessions;

/// <summary>Which status replaces the stored one: only a higher (generation, sequence), so that replays and late messages change nothing.</summary>
internal static class StatusRule
{
    /// <summary>Stores a status if it is newer.</summary>
    /// <returns>False when what is stored is as new or newer.</returns>
    public static bool Take(MachineReport report, int generation, ulong sequence, byte[] status)
    {
        if (generation < report.Generation || (generation == report.Generation && (long)sequence <= report.Sequence)) return false;
        report.Generation = generation;
        report.Sequence = (long)sequence;
        report.Status = status;
        return true;
    }

    /// <summary>Begins a generation that has reported nothing yet; what the one before reported stays visible.</summary>
    public static void Begin(MachineReport report, int generation)
    {
        report.Generation = generation;
        report.Sequence = 0;
    }
}

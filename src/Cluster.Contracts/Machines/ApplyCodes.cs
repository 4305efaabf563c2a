namespace Cluster.Contracts.Machines;

/// <summary>Codes of apply errors that more than one program decides by.</summary>
public static class ApplyCodes
{
    /// <summary>
    /// The part is live except for items that the driver cannot take; final, until the part, the agent or the host's files
    /// change.
    /// </summary>
    public const string ItemRefused = "item-refused";
}

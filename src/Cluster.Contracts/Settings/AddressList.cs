namespace Cluster.Contracts.Settings;

/// <summary>Mail addresses under one name, for mail flow policies.</summary>
public sealed record AddressList : ISettingsDocument
{
    /// <inheritdoc/>
    public static string Kind => Kinds.AddressLists;

    /// <summary>
    /// Addresses (<c>user@example.org</c>), users of any domain (<c>user@</c>), domains (<c>@example.org</c>) or sub-domains
    /// (<c>@.example.org</c>).
    /// </summary>
    public required IReadOnlyList<string> Addresses { get; init; }
}

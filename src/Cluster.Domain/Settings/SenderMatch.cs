using System.Globalization;
using System.Net;
using Cluster.Pki.Names;

namespace Cluster.Domain.Settings;

/// <summary>What a sender of a host access table means: everybody, addresses, one host name, or the names under a domain.</summary>
public sealed record SenderMatch
{
    private SenderMatch()
    {
    }

    /// <summary>Stands for whoever connects.</summary>
    public static SenderMatch Everybody { get; } = new();

    /// <summary>The addresses; null = it is no matter of addresses.</summary>
    public AddressRange? Addresses { get; private init; }

    /// <summary>The host name, or the domain whose sub-domains are meant, in lower-case A-labels; empty = neither.</summary>
    public string Name { get; private init; } = "";

    /// <summary>Whether <see cref="Name"/> is a domain of which only the names under it match.</summary>
    public bool IsUnderName { get; private init; }

    /// <summary>Whether it matches by host name.</summary>
    public bool IsByName => Name.Length > 0;

    /// <summary>Whether it matches everybody.</summary>
    public bool IsEverybody => !IsByName && Addresses is null;

    /// <summary>Takes a sender as written apart.</summary>
    /// <returns>Null for what <see cref="SenderSyntax.Problem"/> refuses.</returns>
    public static SenderMatch? Read(string sender)
    {
        if (SenderSyntax.Problem(sender) is not null) return null;
        if (sender == SenderSyntax.All) return Everybody;
        if (AddressesOf(sender) is { } addresses) return new SenderMatch { Addresses = addresses };
        var isUnder = sender.StartsWith('.');
        if (!DnsNames.TryNormalise(isUnder ? sender[1..] : sender, out var name)) return null;
        return new SenderMatch { Name = name, IsUnderName = isUnder };
    }

    /// <summary>Whether it is about a client.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="name">Its verified name in lower case; null = it has none.</param>
    public bool Matches(IPAddress address, string? name) =>
        IsEverybody || Addresses?.Contains(address) is true || (name is not null && IsByName && MatchesName(name));

    /// <summary>Whether a client with this verified name, in lower case, matches by it.</summary>
    public bool MatchesName(string name) => IsUnderName
        ? name.Length > Name.Length + 1 && name.EndsWith(Name, StringComparison.Ordinal) && name[^(Name.Length + 1)] == '.'
        : name == Name;

    private static AddressRange? AddressesOf(string sender)
    {
        if (sender.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash)
            return AddressRange.Network(
                IPAddress.Parse(sender[..slash]), int.Parse(sender[(slash + 1)..], CultureInfo.InvariantCulture));
        if (sender.Contains(':', StringComparison.Ordinal)) return V6Of(sender);
        var ends = sender.TrimEnd('.').Split('-');
        if (ends.Length > 2 || !ends.Skip(1).All(IsNumber)) return null;
        if (ends[0].Split('.') is not { Length: <= 4 } octets || !octets.All(IsNumber)) return null;
        return V4Of([.. octets.Select(o => uint.Parse(o, CultureInfo.InvariantCulture))], ends.Skip(1).FirstOrDefault());
    }

    private static AddressRange V6Of(string sender)
    {
        var ends = sender.Split('-');
        var (first, isV6) = AddressRange.Number(IPAddress.Parse(ends[0]));
        var (last, lastIsV6) = AddressRange.Number(IPAddress.Parse(ends[^1]));
        if (isV6 == lastIsV6) return new AddressRange(first, last, isV6);

        // From a mapped IPv4 address to beyond them, or the other way: what is meant is a range of IPv6 numbers.
        return new AddressRange(
            AddressRange.Raw(IPAddress.Parse(ends[0])), AddressRange.Raw(IPAddress.Parse(ends[^1])), IsV6: true);
    }

    // Octets that are not written are free; a dash gives the last octet that is written another end.
    private static AddressRange V4Of(uint[] octets, string? to)
    {
        var free = 8 * (4 - octets.Length);
        var first = octets.Aggregate(0u, (sum, octet) => (sum << 8) | octet);
        var last = to is null ? first : (first & ~0xffu) | uint.Parse(to, CultureInfo.InvariantCulture);
        var tail = (uint)((1UL << free) - 1);
        return new AddressRange((uint)((ulong)first << free), (uint)((ulong)last << free) | tail, IsV6: false);
    }

    private static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);
}

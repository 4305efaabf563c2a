using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Cluster.Domain.Settings;

/// <summary>Addresses of one family from the first to the last, as numbers.</summary>
/// <param name="First">The first address.</param>
/// <param name="Last">The last address.</param>
/// <param name="IsV6">Whether they are IPv6; else IPv4.</param>
public readonly record struct AddressRange(UInt128 First, UInt128 Last, bool IsV6)
{
    private int Bits => IsV6 ? 128 : 32;

    /// <summary>Where they begin.</summary>
    public IPAddress FirstAddress => ToAddress(First);

    /// <summary>
    /// An address as a number. IPv4 addresses that are mapped to IPv6 (RFC 4291, 2.5.5.2) are IPv4: mail software treats them so.
    /// </summary>
    public static (UInt128 Value, bool IsV6) Number(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return length == 4
            ? (BinaryPrimitives.ReadUInt32BigEndian(bytes), false)
            : (BinaryPrimitives.ReadUInt128BigEndian(bytes), true);
    }

    /// <summary>The network with a prefix of that many bits.</summary>
    public static AddressRange Network(IPAddress address, int prefix)
    {
        // All mapped addresses and more are a network of IPv6.
        var mapped = address.IsIPv4MappedToIPv6 && prefix >= 96;
        var (first, isV6) = mapped || address.AddressFamily == AddressFamily.InterNetwork ? Number(address) : (Raw(address), true);
        var free = (isV6 ? 128 : 32) - (mapped ? prefix - 96 : prefix);
        return new AddressRange(first, first | LowBits(free), isV6);
    }

    /// <summary>Whether an address is one of them.</summary>
    public bool Contains(IPAddress address)
    {
        var (value, isV6) = Number(address);
        return isV6 == IsV6 && value >= First && value <= Last;
    }

    /// <summary>The fewest networks that are these addresses together, as <c>10.1.0.0/16</c>, in order.</summary>
    public IEnumerable<string> Networks()
    {
        for (var next = First; ;)
        {
            var free = next == 0 ? Bits : (int)UInt128.TrailingZeroCount(next);
            while (free > 0 && (free > Bits || (next | LowBits(free)) > Last)) free--;
            yield return $"{ToAddress(next)}/{Bits - free}";
            var end = next | LowBits(free);
            if (end >= Last) yield break;
            next = end + 1;
        }
    }

    /// <summary>An IPv6 address as a number, mapped or not.</summary>
    internal static UInt128 Raw(IPAddress address) => BinaryPrimitives.ReadUInt128BigEndian(address.GetAddressBytes());

    private static UInt128 LowBits(int count) => count >= 128 ? UInt128.MaxValue : (UInt128.One << count) - 1;

    private IPAddress ToAddress(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return new IPAddress(IsV6 ? bytes : bytes[12..]);
    }
}

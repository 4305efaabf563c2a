using System.Globalization;
using System.Net;

namespace Cluster.Verification.Tls;

/// <summary>
/// Who of the host is at the other end of a connection over 127.0.0.1. Every user of the host may connect there; the kernel tells whose
/// socket it is.
/// </summary>
internal static class LoopbackPeer
{
    private const string Established = "01";
    private const string Orphan = "0";

    // The columns of /proc/net/tcp, see proc(5): what the socket's own end is, and its peer's.
    private const int Local = 1;
    private const int Remote = 2;
    private const int State = 3;
    private const int User = 7;
    private const int Inode = 9;

    // A client may have opened its socket for IPv6.
    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>
    /// Whether an open connection comes from a socket of a user; not when the peer has closed it, as nobody owns it then.
    /// </summary>
    /// <param name="peer">The other end.</param>
    /// <param name="own">This end.</param>
    /// <param name="user">The user's id.</param>
    public static bool IsOf(IPEndPoint peer, IPEndPoint own, uint user)
    {
        var (from, to, id) = (Written(peer), Written(own), user.ToString(CultureInfo.InvariantCulture));
        return Tables.Where(File.Exists).SelectMany(File.ReadLines)
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Any(c => c.Length > Inode
                && c[Local].EndsWith(from, StringComparison.Ordinal) && c[Remote].EndsWith(to, StringComparison.Ordinal)
                && c[State] == Established && c[Inode] != Orphan && c[User] == id);
    }

    // The address is a number in the byte order of the machine, which is little-endian on both architectures.
    private static string Written(IPEndPoint end)
    {
        var address = end.Address.MapToIPv4().GetAddressBytes();
        Array.Reverse(address);
        return $"{Convert.ToHexString(address)}:{end.Port.ToString("X4", CultureInfo.InvariantCulture)}";
    }
}

using Cluster.Pki.Certificates;

namespace Cluster.Pki.Chains;

/// <summary>Whether a name lies in a subtree (RFC 5280, 4.2.1.10), in the cases that it leaves open as OpenSSL decides them.</summary>
internal static class NameSubtree
{
    /// <summary>Whether it does; both are of one kind.</summary>
    public static bool Holds(GeneralName subtree, GeneralName name) => name.Kind switch
    {
        GeneralNameKind.Dns => HoldsHost(subtree.Text, name.Text),
        GeneralNameKind.Email => HoldsAddress(subtree.Text, name.Text),
        GeneralNameKind.Uri => HostOf(name.Text) is { } host && HoldsUriHost(subtree.Text, host),
        GeneralNameKind.Directory => name.Text.StartsWith(subtree.Text, StringComparison.Ordinal),
        GeneralNameKind.Address => HoldsNumber(subtree.Bytes, name.Bytes),
        // Nobody supports constraints of other kinds: a name of such a kind must be refused.
        _ => false,
    };

    private static bool HoldsHost(string subtree, string host)
    {
        if (subtree.Length == 0) return true;
        if (!host.EndsWith(subtree, StringComparison.OrdinalIgnoreCase)) return false;
        return host.Length == subtree.Length || subtree[0] == '.' || host[^(subtree.Length + 1)] == '.';
    }

    private static bool HoldsAddress(string subtree, string address)
    {
        var (at, box) = (address.LastIndexOf('@'), subtree.LastIndexOf('@'));
        if (at < 0) return false;
        var host = address[(at + 1)..];
        if (box > 0 && !string.Equals(subtree[..box], address[..at], StringComparison.Ordinal)) return false;
        var domain = subtree[(box + 1)..];
        return domain.StartsWith('.')
            ? box < 0 && host.Length > domain.Length && host.EndsWith(domain, StringComparison.OrdinalIgnoreCase)
            : string.Equals(domain, host, StringComparison.OrdinalIgnoreCase);
    }

    private static bool HoldsUriHost(string subtree, string host) => subtree.StartsWith('.')
        ? host.Length > subtree.Length && host.EndsWith(subtree, StringComparison.OrdinalIgnoreCase)
        : string.Equals(subtree, host, StringComparison.OrdinalIgnoreCase);

    private static string? HostOf(string uri)
    {
        var start = uri.IndexOf("://", StringComparison.Ordinal);
        if (start <= 0) return null;
        var rest = uri[(start + 3)..];
        var end = rest.AsSpan().IndexOfAny(':', '/');
        var host = end < 0 ? rest : rest[..end];
        return host.Length == 0 ? null : host;
    }

    // Address and mask; a network of the other family holds nothing.
    private static bool HoldsNumber(byte[] subtree, byte[] address)
    {
        if (subtree.Length != address.Length * 2) return false;
        for (var i = 0; i < address.Length; i++)
        {
            var mask = subtree[address.Length + i];
            if ((address[i] & mask) != (subtree[i] & mask)) return false;
        }

        return true;
    }
}

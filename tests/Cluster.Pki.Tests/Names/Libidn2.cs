using System.Runtime.InteropServices;
using System.Text;

namespace Cluster.Pki.Tests.Names;

/// <summary>The IDNA 2008 of GnuTLS and curl, to compare with.</summary>
internal static class Libidn2
{
    private const int NfcInput = 1;
    private const int NonTransitional = 8;
    private const int HostNamesOnly = 16;

    /// <summary>Null when it refuses the name.</summary>
    public static string? ToAscii(string name)
    {
        if (Convert([.. Encoding.UTF8.GetBytes(name), 0], out var output, NfcInput | NonTransitional | HostNamesOnly) != 0) return null;
        var text = Marshal.PtrToStringUTF8(output);
        Free(output);
        // In lookups it lets through what no host name may hold.
        return text is not null && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') ? text : null;
    }

    [DllImport("libidn2.so.0", EntryPoint = "idn2_to_ascii_8z")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Convert(byte[] input, out IntPtr output, int flags);

    [DllImport("libidn2.so.0", EntryPoint = "idn2_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Free(IntPtr output);
}

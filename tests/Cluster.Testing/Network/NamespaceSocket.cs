using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cluster.Testing.Network;

/// <summary>
/// Sockets in another network namespace. A socket stays in the namespace of the thread that made it, whoever uses it afterwards: so
/// a test can listen and connect there from its own process.
/// </summary>
internal static class NamespaceSocket
{
    private const int NetworkNamespace = 0x40000000;

    internal static Socket Open(string networkNamespace, AddressFamily family, SocketType type)
    {
        Socket? made = null;
        Exception? failure = null;

        // A thread of its own, which ends afterwards: no other work may ever run in that namespace.
        var thread = new Thread(() =>
        {
            try
            {
                Enter(networkNamespace);
                made = new Socket(family, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return made ?? throw new TestGaveUpException($"No socket in the network namespace {networkNamespace}: {failure?.Message}");
    }

    private static void Enter(string networkNamespace)
    {
        using var handle = new SafeFileHandle(open($"/run/netns/{networkNamespace}", 0), ownsHandle: true);
        if (handle.IsInvalid || setns(handle, NetworkNamespace) != 0)
        {
            throw new TestGaveUpException(Marshal.GetLastPInvokeErrorMessage());
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int setns(SafeFileHandle file, int kind);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int open(string path, int flags);
}

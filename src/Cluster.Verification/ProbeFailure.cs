using System.ComponentModel;
using System.Net.Sockets;
using System.Security.Authentication;
using Cluster.Verification.Guard;
using Cluster.Verification.Smtp;

namespace Cluster.Verification;

/// <summary>Tells what a peer or the network did wrong from a fault of our own.</summary>
internal static class ProbeFailure
{
    /// <summary>Whether an exception is a result of a test.</summary>
    public static bool IsExpected(Exception e) => e is IOException or SocketException or OperationCanceledException
        or AuthenticationException or SmtpBrokenException or OutboundRefusedException or Win32Exception;

    /// <summary>The reason for people: the innermost message, or that the time was over.</summary>
    public static string Describe(Exception e, TimeSpan limit) =>
        e is OperationCanceledException ? $"No answer within {limit.TotalSeconds:0.#} s." : Innermost(e);

    private static string Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e.Message;
}

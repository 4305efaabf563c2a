using System.Net.Sockets;
using System.Text.Json;
using Cluster.Agent.State;

namespace Cluster.Agent.Programs;

/// <summary>Asks a running agent.</summary>
internal static class ControlClient
{
    /// <summary>Its answer; null when none runs, or it did not answer.</summary>
    public static async Task<ControlReply?> TryAskAsync(StateDirectory directory, ControlRequest request, CancellationToken ct)
    {
        try
        {
            if (!File.Exists(directory.ControlSocket)) return null;
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(directory.ControlSocket), ct);
            await using var stream = new NetworkStream(socket);
            byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(request, AgentJson.Default.ControlRequest), (byte)'\n'];
            await stream.WriteAsync(line, ct);
            return await JsonSerializer.DeserializeAsync(stream, AgentJson.Default.ControlReply, ct);
        }
        catch (Exception e) when (e is SocketException or IOException or JsonException)
        {
            return null;
        }
    }
}

using System.Net.Sockets;
using System.Text.Json;
using Cluster.Agent.Programs;
using Cluster.Agent.State;
using Microsoft.Extensions.Logging;

namespace Cluster.Agent.Apply;

/// <summary>Answers the verbs over a socket in a directory that only root can enter: one request, one answer, one line each.</summary>
internal sealed partial class ControlServer(
    StateDirectory directory, Func<ControlRequest, CancellationToken, Task<ControlReply>> answer, ILogger log)
{
    private const int MaximumRequest = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken ct)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(directory.ControlSocket);
            listener.Bind(new UnixDomainSocketEndPoint(directory.ControlSocket));
            File.SetUnixFileMode(directory.ControlSocket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(16);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Without it the verbs find a held lock and say so; the services are what counts.
            NotListening(log, e.Message);
            return;
        }

        var serving = new List<Task>();
        while (!ct.IsCancellationRequested)
        {
            try
            {
                serving.Add(ServeAsync(await listener.AcceptAsync(ct), ct));
                serving.RemoveAll(s => s.IsCompleted);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                if (!ct.IsCancellationRequested) continue;
            }
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(Socket connection, CancellationToken ct)
    {
        try
        {
            await using var stream = new NetworkStream(connection, ownsSocket: true);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(Patience);
            var request = JsonSerializer.Deserialize(await ReadLineAsync(stream, patience.Token), AgentJson.Default.ControlRequest);
            if (request is null) return;
            var result = await answer(request, ct);
            await stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(result, AgentJson.Default.ControlReply), CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or JsonException or OperationCanceledException or InvalidDataException)
        {
            // The verb went away or spoke no line; it sees the closed connection.
        }
    }

    private static async Task<byte[]> ReadLineAsync(NetworkStream stream, CancellationToken ct)
    {
        using var line = new MemoryStream();
        var one = new byte[1];
        while (await stream.ReadAsync(one, ct) == 1 && one[0] != '\n')
        {
            line.WriteByte(one[0]);
            if (line.Length > MaximumRequest) throw new InvalidDataException("The request is too long.");
        }

        return line.ToArray();
    }

    [LoggerMessage(3050, LogLevel.Error, "Verbs cannot reach this agent: {Message}", EventName = "ControlSocketFailed")]
    private static partial void NotListening(ILogger log, string message);
}

using Cluster.Manager.Features.Sessions.Streams;
using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Manager.Features.Sessions.Contents;

/// <summary>
/// The answer to a content request: parts and keys in as many messages as they need, each within the limit and counted while it
/// is on its way.
/// </summary>
internal sealed class ContentReply(
    IReadOnlyList<Part> parts, IReadOnlyList<PrivateKey> keys, IReadOnlyList<ByteString> refused, ByteBudget budget, CancellationToken ct)
{
    /// <summary>Ends when the answer was written, or fails as the stream did.</summary>
    public TaskCompletionSource Sent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task WriteAsync(Func<ManagerMessage, Task> write)
    {
        try
        {
            foreach (var content in Messages())
            {
                using var lease = await budget.ReserveAsync(content.CalculateSize(), ct);
                await write(new ManagerMessage { Content = content });
            }

            Sent.TrySetResult();
        }
        catch (Exception e)
        {
            // The reader waits for this; the writer reports it.
            Sent.TrySetException(e);
            throw;
        }
    }

    private IEnumerable<Content> Messages()
    {
        var content = new Content { Keys = { keys }, Refused = { refused } };
        var size = 0;
        foreach (var part in parts)
        {
            if (size > 0 && size + part.Content.Length > SessionLimits.ContentMessageBytes)
            {
                content.More = true;
                yield return content;
                (content, size) = (new Content(), 0);
            }

            content.Parts.Add(part);
            size += part.Content.Length;
        }

        yield return content;
    }
}

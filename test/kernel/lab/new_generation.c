/* Tells this network namespace what the kernel tells when a virtual machine gets another generation id, word for word. */
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char WORDS[] = "change@/devices/VMGENCTR:00\0ACTION=change\0DEVPATH=/devices/VMGENCTR:00\0SUBSYSTEM=platform\0NEW_VMGENID=1";

int main(void)
{
	union {
		struct nlmsghdr head;
		char bytes[NLMSG_SPACE(sizeof WORDS)];
	} message = { .head = { .nlmsg_len = NLMSG_LENGTH(sizeof WORDS), .nlmsg_type = NLMSG_MIN_TYPE, .nlmsg_flags = NLM_F_REQUEST } };
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT);

	memcpy(NLMSG_DATA(&message.head), WORDS, sizeof WORDS);
	return fd < 0 || sendto(fd, &message, message.head.nlmsg_len, 0, (const struct sockaddr *)&kernel, sizeof kernel) < 0;
}
